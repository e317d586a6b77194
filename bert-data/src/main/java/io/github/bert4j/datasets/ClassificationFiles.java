package io.github.bert4j.datasets;

import io.github.bert4j.classification.ClassificationTask;
import io.github.bert4j.classification.LabelledInput;
import io.github.bert4j.classification.Labelling;
import io.github.bert4j.classification.TextInput;
import io.github.bert4j.task.TaskOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Lines of labels and texts: {@code label<TAB>text}, or {@code label<TAB>text<TAB>second text}. */
public final class ClassificationFiles implements DatasetReader<LabelledInput> {
    private static final String SEPARATOR = ",";
    private static final String FULL_WIDTH = "，";
    private static final Set<String> HEADERS = Set.of("label", "labels", "category", "class", "标签", "类别", "分类");

    @Override
    public String task() {
        return "classification";
    }

    @Override
    public List<LabelledInput> read(List<Path> files, TaskOptions chosen, Consumer<String> warnings)
            throws IOException {
        return read(
                files,
                chosen.get(ClassificationTask.MULTI_LABEL) ? Labelling.MULTI_LABEL : Labelling.MULTI_CLASS,
                warnings);
    }

    /**
     * Reads files in the order given: such lines, JSON or CSV.
     *
     * @param warnings told what is left out, and what is odd
     * @throws IOException if a file cannot be read or holds no texts
     */
    public static List<LabelledInput> read(List<Path> files, Labelling labelling, Consumer<String> warnings)
            throws IOException {
        List<LabelledInput> all = new ArrayList<>();
        for (Path file : files) {
            List<LabelledInput> texts = Rows.are(file)
                    ? FieldsFiles.read(
                            file,
                            new ClassificationTask().fields(),
                            ForeignRows::classified,
                            text -> labelled(text, labelling, Rows.isCsv(file)),
                            warnings)
                    : of(labelling).read(List.of(file), warnings);
            warn(file, texts, labelling, warnings);
            all.addAll(texts);
        }
        return List.copyOf(all);
    }

    /** In a column of a table, several labels have commas between them. */
    private static LabelledInput labelled(LabelledInput text, Labelling labelling, boolean column) {
        Set<String> labels = labelling == Labelling.MULTI_LABEL && column
                ? text.labels().stream()
                        .flatMap(several -> Arrays.stream(several.split(SEPARATOR, -1)))
                        .map(String::strip)
                        .collect(Collectors.toSet())
                : text.labels();
        if (labelling == Labelling.MULTI_CLASS && labels.size() != 1) {
            throw new IllegalArgumentException(
                    "%d labels, expected one: --multi-label takes any number".formatted(labels.size()));
        }
        if (labels.stream().anyMatch(String::isBlank) || text.input().text().isBlank()) {
            throw new IllegalArgumentException("a blank label or text");
        }
        return new LabelledInput(labels, text.input());
    }

    private static void warn(Path file, List<LabelledInput> texts, Labelling labelling, Consumer<String> warnings) {
        if (texts.get(0).labels().stream().anyMatch(label -> HEADERS.contains(label.toLowerCase(Locale.ROOT)))) {
            warnings.accept("%s: the first line looks like a header, and is read as a text labelled %s: remove it"
                    .formatted(file, texts.get(0).labels()));
        }
        if (labelling == Labelling.MULTI_LABEL) {
            Set<String> wide = texts.stream()
                    .flatMap(text -> text.labels().stream())
                    .filter(label -> label.contains(FULL_WIDTH))
                    .collect(Collectors.toCollection(TreeSet::new));
            if (!wide.isEmpty()) {
                warnings.accept("%s: full-width commas are parts of labels here, which \",\" alone separates: %s"
                        .formatted(file, wide));
            }
        }
    }

    /** Lines of exactly one label, or of any number, with commas between them. */
    public static LineFormat<LabelledInput> of(Labelling labelling) {
        return switch (labelling) {
            case MULTI_CLASS ->
                format("a label, a TAB and a text, or two with a TAB between", label -> Set.of(label.strip()));
            case MULTI_LABEL ->
                format(
                        "labels with commas between, a TAB and a text, or two with a TAB between",
                        labels -> labels.isBlank()
                                ? Set.of()
                                : Arrays.stream(labels.split(SEPARATOR, -1))
                                        .map(String::strip)
                                        .collect(Collectors.toSet()));
        };
    }

    /** A text, or two with a TAB between them. */
    static TextInput input(String line) {
        int tab = line.indexOf('\t');
        return tab < 0 ? TextInput.of(line) : TextInput.of(line.substring(0, tab), line.substring(tab + 1));
    }

    private static LineFormat<LabelledInput> format(String line, Function<String, Set<String>> labels) {
        return new LineFormat<>("labelled texts", line, row -> classified(row, labels));
    }

    private static Optional<LabelledInput> classified(String line, Function<String, Set<String>> labels) {
        int tab = line.indexOf('\t');
        if (tab < 0) {
            return Optional.empty();
        }
        Set<String> own = labels.apply(line.substring(0, tab));
        TextInput input = input(line.substring(tab + 1));
        boolean blank = own.stream().anyMatch(String::isBlank)
                || input.text().isBlank()
                || input.second().filter(String::isBlank).isPresent();
        return blank ? Optional.empty() : Optional.of(new LabelledInput(own, input));
    }
}
