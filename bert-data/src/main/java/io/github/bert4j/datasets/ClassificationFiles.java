package io.github.bert4j.datasets;

import io.github.bert4j.classification.ClassificationTask;
import io.github.bert4j.classification.LabelledInput;
import io.github.bert4j.classification.Labelling;
import io.github.bert4j.classification.TextInput;
import io.github.bert4j.task.TaskOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Lines of labels and texts: {@code label<TAB>text}, or {@code label<TAB>text<TAB>second text}. */
public final class ClassificationFiles implements DatasetReader<LabelledInput> {
    private static final String SEPARATOR = ",";

    @Override
    public String task() {
        return "classification";
    }

    @Override
    public List<LabelledInput> read(List<Path> files, TaskOptions chosen, Consumer<String> warnings)
            throws IOException {
        return of(chosen.get(ClassificationTask.MULTI_LABEL) ? Labelling.MULTI_LABEL : Labelling.MULTI_CLASS)
                .read(files, warnings);
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
