package io.github.bert4j.datasets;

import io.github.bert4j.classification.TextInput;
import io.github.bert4j.similarity.LabelledPair;
import io.github.bert4j.similarity.SimilarityTask;
import io.github.bert4j.task.TaskOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Lines of scored pairs: {@code score<TAB>text<TAB>other text}. */
public final class PairFiles implements DatasetReader<LabelledPair> {
    private static final Pattern SCORE = Pattern.compile("-?\\d{1,9}(\\.\\d{1,9})?");
    private static final LineFormat<LabelledPair> LINES =
            new LineFormat<>("pairs", "a number, a TAB, a text, a TAB and another text", PairFiles::pair);

    @Override
    public String task() {
        return "similarity";
    }

    @Override
    public List<LabelledPair> read(List<Path> files, TaskOptions chosen, Consumer<String> warnings) throws IOException {
        return read(files, warnings);
    }

    public static List<LabelledPair> read(List<Path> files, Consumer<String> warnings) throws IOException {
        List<LabelledPair> all = new ArrayList<>();
        for (Path file : files) {
            all.addAll(
                    Rows.are(file)
                            ? new FieldsFiles<>(new SimilarityTask()).read(List.of(file), TaskOptions.NONE, warnings)
                            : LINES.read(List.of(file), warnings));
        }
        return List.copyOf(all);
    }

    private static Optional<LabelledPair> pair(String line) {
        int tab = line.indexOf('\t');
        if (tab < 0 || !SCORE.matcher(line.substring(0, tab)).matches()) {
            return Optional.empty();
        }
        TextInput texts = ClassificationFiles.input(line.substring(tab + 1));
        return texts.second()
                .filter(second -> !second.isBlank() && !texts.text().isBlank())
                .map(second -> new LabelledPair(Double.parseDouble(line.substring(0, tab)), texts.text(), second));
    }
}
