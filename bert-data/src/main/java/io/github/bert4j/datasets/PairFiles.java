package io.github.bert4j.datasets;

import io.github.bert4j.classification.TextInput;
import io.github.bert4j.similarity.ScoredPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Lines of scored pairs: {@code score<TAB>text<TAB>other text}. */
public final class PairFiles {
    private static final Pattern SCORE = Pattern.compile("-?\\d{1,9}(\\.\\d{1,9})?");
    private static final LineFormat<ScoredPair> LINES =
            new LineFormat<>("pairs", "a number, a TAB, a text, a TAB and another text", PairFiles::pair);

    private PairFiles() {}

    public static List<ScoredPair> read(List<Path> files, Consumer<String> warnings) throws IOException {
        return LINES.read(files, warnings);
    }

    /**
     * As {@link #read}, for pairs to measure.
     *
     * @throws IOException if all pairs have the same score
     */
    public static List<ScoredPair> readMeasurable(List<Path> files, Consumer<String> warnings) throws IOException {
        List<ScoredPair> pairs = read(files, warnings);
        if (pairs.stream().mapToDouble(ScoredPair::score).distinct().count() < 2) {
            throw new IOException("There is nothing to measure: all %d pairs of %s have the same score"
                    .formatted(pairs.size(), files));
        }
        return pairs;
    }

    private static Optional<ScoredPair> pair(String line) {
        int tab = line.indexOf('\t');
        if (tab < 0 || !SCORE.matcher(line.substring(0, tab)).matches()) {
            return Optional.empty();
        }
        TextInput texts = ClassificationFiles.input(line.substring(tab + 1));
        return texts.second()
                .filter(second -> !second.isBlank() && !texts.text().isBlank())
                .map(second -> new ScoredPair(Double.parseDouble(line.substring(0, tab)), texts.text(), second));
    }
}
