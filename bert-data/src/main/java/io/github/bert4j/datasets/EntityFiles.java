package io.github.bert4j.datasets;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonSubTypes.Type;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeInfo.Id;
import io.github.bert4j.entity.Entity;
import io.github.bert4j.entity.EntityFields;
import io.github.bert4j.entity.LabelledText;
import io.github.bert4j.entity.Tag;
import io.github.bert4j.task.LabelledFields;
import io.github.bert4j.task.TaskOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The files of entity recognition: JSON lines, ours or those of CLUENER, or lines of a token and a tag, as CoNLL's.
 *
 * <p>What cannot be used of them is left out and counted; JSON that is malformed is an error that names the line.
 */
public final class EntityFiles implements DatasetReader<LabelledText> {
    private static final String DOCUMENT_START = "-DOCSTART-";

    @Override
    public String task() {
        return "entity";
    }

    @Override
    public List<LabelledText> read(List<Path> files, TaskOptions chosen, Consumer<String> warnings) throws IOException {
        return read(files, warnings);
    }

    /** One text; which form it has is seen from its fields. */
    @JsonTypeInfo(use = Id.DEDUCTION)
    @JsonSubTypes({@Type(Ours.class), @Type(Cluener.class)})
    private sealed interface Row extends LabelledFields<LabelledText> {}

    /** Places count UTF-16 units, and ends are exclusive. */
    private record Ours(
            @JsonProperty(required = true) String text,
            @JsonProperty(required = true) List<EntityFields> entities) implements Row {

        @Override
        public LabelledText labelled() {
            return EntityFields.labelled(text, entities);
        }

        @Override
        public int misplaced() {
            return EntityFields.misplaced(text, entities);
        }
    }

    /**
     * CLUENER's form: places count code points, and ends are inclusive.
     *
     * @param label places by name by label
     */
    private record Cluener(
            @JsonProperty(required = true) String text,
            @JsonProperty(required = true) Map<String, Map<String, List<List<Integer>>>> label)
            implements Row {
        @Override
        public LabelledText labelled() {
            return new LabelledText(
                    text, found().stream().flatMap(Optional::stream).toList());
        }

        @Override
        public int misplaced() {
            return (int) found().stream().filter(Optional::isEmpty).count();
        }

        private List<Optional<Entity>> found() {
            List<Optional<Entity>> found = new ArrayList<>();
            label.forEach((kind, names) -> names.forEach((name, places) -> places.forEach(place ->
                    found.add(in(kind, place).filter(entity -> entity.text().equals(name))))));
            return found;
        }

        private Optional<Entity> in(String kind, List<Integer> place) {
            int characters = text.codePointCount(0, text.length());
            if (place.size() != 2 || place.get(0) < 0 || place.get(1) < place.get(0) || place.get(1) >= characters) {
                return Optional.empty();
            }
            int start = text.offsetByCodePoints(0, place.get(0));
            return Entity.in(text, start, text.offsetByCodePoints(0, place.get(1) + 1), kind);
        }
    }

    /** The texts of some files, each of which may be of another format. */
    public static List<LabelledText> read(List<Path> files, Consumer<String> warnings) throws IOException {
        List<LabelledText> texts = new ArrayList<>();
        for (Path file : files) {
            boolean json = isJson(file);
            try (Lines lines = Lines.of(file)) {
                texts.addAll(json ? JsonLines.read(lines, Row.class, warnings) : ofTags(lines, warnings));
            }
        }
        return texts;
    }

    private static boolean isJson(Path file) throws IOException {
        try (Lines lines = Lines.of(file)) {
            Optional<String> line = lines.next();
            while (line.isPresent() && line.get().isBlank()) {
                line = lines.next();
            }
            return line.isPresent() && line.get().stripLeading().startsWith("{");
        }
    }

    /** Tokens are put together as they stand; what a sentence has before its first blank is the token, the last is the tag. */
    private static List<LabelledText> ofTags(Lines lines, Consumer<String> warnings) throws IOException {
        List<LabelledText> texts = new ArrayList<>();
        LeftOutLines unreadable = new LeftOutLines();
        Sentence sentence = new Sentence();
        int malformed = 0;
        for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
            if (line.get().isBlank()) {
                malformed += sentence.endInto(texts);
                sentence = new Sentence();
            } else if (!line.get().startsWith(DOCUMENT_START) && !sentence.add(line.get())) {
                unreadable.add(lines.number());
            }
        }
        malformed += sentence.endInto(texts);
        unreadable.report(lines.name(), "a token and a tag, and their sentences", warnings);
        if (malformed > 0) {
            warnings.accept(
                    "%s: %d entities begin with a tag for the inside or the end of one, and are taken as they are"
                            .formatted(lines.name(), malformed));
        }
        if (texts.isEmpty()) {
            throw new IOException(
                    "%s holds no sentence: expected lines of a token and a tag, such as \"字 B-PER\", or JSON"
                            .formatted(lines.name()));
        }
        return texts;
    }

    /** The lines between two blank ones. */
    private static final class Sentence {
        private final StringBuilder text = new StringBuilder();
        private final List<Integer> starts = new ArrayList<>();
        private final List<Tag> tags = new ArrayList<>();
        private boolean unreadable;

        /** Whether the line is a token and a tag; else the sentence is lost. */
        boolean add(String line) {
            String columns = line.stripTrailing();
            int first = separator(columns, 0, 1);
            int last = separator(columns, columns.length() - 1, -1);
            Optional<Tag> tag = Tag.parse(columns.substring(last + 1));
            if (first < 0 || tag.isEmpty()) {
                unreadable = true;
                return false;
            }
            starts.add(text.length());
            // A line that begins with a blank has a blank for its token.
            text.append(columns, 0, Math.max(first, 1));
            tags.add(tag.get());
            return true;
        }

        /** Adds the text, unless there is none; says how many entities no tag begins. */
        int endInto(List<LabelledText> texts) {
            if (tags.isEmpty() || unreadable) {
                return 0;
            }
            Tag.Runs runs = Tag.runs(tags);
            starts.add(text.length());
            texts.add(new LabelledText(
                    text.toString(),
                    runs.runs().stream()
                            .map(run -> Entity.in(
                                            text.toString(),
                                            starts.get(run.first()),
                                            starts.get(run.last() + 1),
                                            run.label())
                                    .orElseThrow())
                            .toList()));
            return runs.malformed();
        }

        private static int separator(String columns, int from, int step) {
            int i = from;
            while (i >= 0 && i < columns.length() && columns.charAt(i) != ' ' && columns.charAt(i) != '\t') {
                i += step;
            }
            return i < columns.length() ? i : -1;
        }
    }
}
