package io.github.bert4j.datasets;

import io.github.bert4j.entity.Entity;
import io.github.bert4j.entity.EntityTask;
import io.github.bert4j.entity.EntityTask.Spacing;
import io.github.bert4j.entity.LabelledText;
import io.github.bert4j.entity.Tag;
import io.github.bert4j.task.TaskOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The files of entity recognition: JSON, ours, CLUENER's, doccano's or Label Studio's, or lines of a token and a tag, as
 * CoNLL's.
 *
 * <p>What cannot be used of them is left out and counted.
 */
public final class EntityFiles implements DatasetReader<LabelledText> {
    private static final String DOCUMENT_START = "-DOCSTART-";

    @Override
    public String task() {
        return "entity";
    }

    @Override
    public List<LabelledText> read(List<Path> files, TaskOptions chosen, Consumer<String> warnings) throws IOException {
        return read(files, chosen.get(EntityTask.SPACING), warnings);
    }

    /** The texts of some files, each of which may be of another format. */
    public static List<LabelledText> read(List<Path> files, Consumer<String> warnings) throws IOException {
        return read(files, Spacing.NONE, warnings);
    }

    /**
     * As {@link #read(List, Consumer)}.
     *
     * @param spacing what stands between the tokens of lines
     */
    public static List<LabelledText> read(List<Path> files, Spacing spacing, Consumer<String> warnings)
            throws IOException {
        List<LabelledText> texts = new ArrayList<>();
        for (Path file : files) {
            if (Rows.are(file)) {
                texts.addAll(FieldsFiles.read(
                        file, new EntityTask().fields(), ForeignRows::withEntities, text -> text, warnings));
            } else {
                try (Lines lines = Lines.of(file)) {
                    texts.addAll(ofTags(lines, spacing, warnings));
                }
            }
        }
        return texts;
    }

    /** Tokens are put together as they stand; what a sentence has before its first blank is the token, the last is the tag. */
    private static List<LabelledText> ofTags(Lines lines, Spacing spacing, Consumer<String> warnings)
            throws IOException {
        List<LabelledText> texts = new ArrayList<>();
        LeftOutLines unreadable = new LeftOutLines();
        Sentence sentence = new Sentence(spacing);
        int malformed = 0;
        int read = 0;
        for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
            if (line.get().isBlank()) {
                malformed += sentence.endInto(texts);
                sentence = new Sentence(spacing);
            } else if (line.get().startsWith(DOCUMENT_START)) {
                continue;
            } else if (sentence.add(line.get())) {
                read++;
            } else {
                unreadable.add(lines.number(), LeftOutLines.beginning(line.get()));
            }
        }
        malformed += sentence.endInto(texts);
        unreadable.report(lines.name(), "a token and a tag, and their sentences", read, warnings);
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
        private final List<Integer> ends = new ArrayList<>();
        private final List<Tag> tags = new ArrayList<>();
        private final Spacing spacing;
        private boolean unreadable;

        Sentence(Spacing spacing) {
            this.spacing = spacing;
        }

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
            if (!tags.isEmpty() && spacing == Spacing.BLANKS) {
                text.append(' ');
            }
            starts.add(text.length());
            // A line that begins with a blank has a blank for its token.
            text.append(columns, 0, Math.max(first, 1));
            ends.add(text.length());
            tags.add(tag.get());
            return true;
        }

        /** Adds the text, unless there is none; says how many entities no tag begins. */
        int endInto(List<LabelledText> texts) {
            if (tags.isEmpty() || unreadable) {
                return 0;
            }
            Tag.Runs runs = Tag.runs(tags);
            texts.add(new LabelledText(
                    text.toString(),
                    runs.runs().stream()
                            .map(run -> Entity.in(
                                            text.toString(), starts.get(run.first()), ends.get(run.last()), run.label())
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
