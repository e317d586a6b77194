package io.github.bert4j.datasets;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonSubTypes.Type;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeInfo.Id;
import com.fasterxml.jackson.annotation.Nulls;
import io.github.bert4j.entity.Entity;
import io.github.bert4j.entity.LabelledText;
import io.github.bert4j.entity.Tag;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * The files of entity recognition: JSON lines, ours or those of CLUENER, or lines of a token and a tag, as CoNLL's.
 *
 * <p>What cannot be used of them is left out and counted; JSON that is malformed is an error that names the line.
 */
public final class EntityFiles {
    private static final String DOCUMENT_START = "-DOCSTART-";

    private EntityFiles() {}

    /** A text of JSON, and what a file says of it. */
    interface Annotated {
        String text();

        /** Empty where there is no such place. */
        List<Optional<Entity>> found();
    }

    /** One text; which form it has is seen from its fields. */
    @JsonTypeInfo(use = Id.DEDUCTION)
    @JsonSubTypes({@Type(Ours.class), @Type(Cluener.class)})
    private sealed interface Row extends Annotated {}

    /** Places count UTF-16 units, and ends are exclusive. */
    private record Ours(
            @JsonProperty(required = true) String text,
            @JsonProperty(required = true) List<Place> entities) implements Row {
        @Override
        public List<Optional<Entity>> found() {
            return Place.in(text, entities);
        }
    }

    /** @param text what stands there; empty if the file does not tell */
    record Place(
            @JsonProperty(required = true) int start,
            @JsonProperty(required = true) int end,
            @JsonProperty(required = true) String label,
            @JsonSetter(nulls = Nulls.AS_EMPTY) String text) {
        /** What stands there; empty where there is no such place. */
        static List<Optional<Entity>> in(String whole, List<Place> places) {
            return places.stream()
                    .map(place -> Entity.in(whole, place.start, place.end, place.label)
                            .filter(entity -> place.text.isEmpty() || place.text.equals(entity.text())))
                    .toList();
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
        public List<Optional<Entity>> found() {
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
                texts.addAll(json ? ofJson(lines, Row.class, (row, text) -> text, warnings) : ofTags(lines, warnings));
            }
        }
        return texts;
    }

    /** As {@link #read}, for measuring: also tells how many entities no model of these labels finds. */
    public static List<LabelledText> gold(List<Path> files, List<String> labels, Consumer<String> warnings)
            throws IOException {
        List<LabelledText> texts = read(files, warnings);
        reportUnknown(texts, labels, warnings);
        return texts;
    }

    /** Says how many entities of data to measure on no model of these labels finds. */
    public static void reportUnknown(List<LabelledText> texts, List<String> labels, Consumer<String> warnings) {
        long unknown = texts.stream()
                .flatMap(text -> text.entities().stream())
                .filter(entity -> !labels.contains(entity.label()))
                .count();
        if (unknown > 0) {
            warnings.accept(
                    "%d entities have a label that the model does not know, and count as missing".formatted(unknown));
        }
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

    /**
     * The texts of lines of JSON; entities that do not stand where they should are left out and counted.
     *
     * @param text makes a text of a row and of the entities in it
     */
    public static <R extends Annotated, T> List<T> ofJson(
            Lines lines, Class<R> type, BiFunction<R, LabelledText, T> text, Consumer<String> warnings)
            throws IOException {
        List<T> texts = new ArrayList<>();
        int misplaced = 0;
        for (R row : JsonLines.read(lines, type, warnings)) {
            List<Entity> found = row.found().stream().flatMap(Optional::stream).toList();
            misplaced += row.found().size() - found.size();
            texts.add(text.apply(row, new LabelledText(row.text(), found)));
        }
        if (misplaced > 0) {
            warnings.accept("%s: left out %d entities that do not stand in the text where they should"
                    .formatted(lines.name(), misplaced));
        }
        return texts;
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
