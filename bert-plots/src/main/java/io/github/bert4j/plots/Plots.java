package io.github.bert4j.plots;

import io.github.bert4j.explain.AttentionMap;
import io.github.bert4j.models.History;
import io.github.bert4j.score.ConfusionMatrix;
import io.github.bert4j.score.RocCurve;
import io.github.bert4j.score.ScoreTable;
import java.util.Arrays;
import java.util.List;

/**
 * The pictures there are.
 *
 * <pre>{@code
 * Plots.of(history).save(Path.of("history.png"));
 * }</pre>
 */
public final class Plots {
    private Plots() {}

    /**
     * Loss, every metric and the learning rate by epoch, in training and validation.
     *
     * @throws IllegalArgumentException if there is no epoch
     */
    public static Plot of(History history) {
        return HistoryCurves.of(history);
    }

    /** Precision, recall and F1 by label, and in all. */
    public static Plot of(ScoreTable table) {
        return new ScoreBars(table);
    }

    /** Which texts are called positive at which threshold, and the area under the curve. */
    public static Plot of(RocCurve curve) {
        return new RocPlot(curve);
    }

    /** How many texts of each label were given which; colours are fractions of the texts of a gold label. */
    public static Plot of(ConfusionMatrix matrix) {
        List<String> labels = matrix.labels();
        double[][] fractions = new double[labels.size()][labels.size()];
        String[][] counts = new String[labels.size()][labels.size()];
        for (int i = 0; i < fractions.length; i++) {
            long total = 0;
            for (int count : matrix.counts()[i]) {
                total += count;
            }
            for (int j = 0; j < fractions.length; j++) {
                int count = matrix.counts()[i][j];
                fractions[i][j] = total == 0 ? 0 : (double) count / total;
                counts[i][j] = count == 0 ? "" : String.valueOf(count);
            }
        }
        return new HeatMap(
                "Number of texts",
                "rows: gold; columns: predicted; colour: fraction of the row",
                labels,
                fractions,
                1,
                counts);
    }

    /** Which tokens look at which: a row of cells for each token that looks. */
    public static Plot of(AttentionMap map) {
        double largest = Arrays.stream(map.probabilities())
                .flatMapToDouble(Arrays::stream)
                .max()
                .orElse(1);
        return new HeatMap(
                map.title(),
                "rows: who looks; columns: who is looked at",
                map.tokens(),
                map.probabilities(),
                largest,
                new String[map.tokens().size()][map.tokens().size()]);
    }
}
