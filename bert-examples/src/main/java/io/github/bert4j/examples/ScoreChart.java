package io.github.bert4j.examples;

import io.github.bert4j.checkpoint.PendingFile;
import io.github.bert4j.score.Score;
import io.github.bert4j.score.ScoreTable;
import java.awt.Font;
import java.awt.GraphicsEnvironment;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Draws a {@link ScoreTable}; here, not beside the table, so that the library needs no AWT. */
final class ScoreChart {
    private static final int FONT_SIZE = 13;
    private static final int HEIGHT = 600;
    private static final int WIDTH_OF_A_LABEL = 44;
    private static final int WIDTH_OF_THE_REST = 240;
    /** XChart's. */
    private static final int LEAST_LABEL_COUNT = 2;

    private ScoreChart() {}

    /**
     * Saves a chart of precision, recall and F1, by label and in all, as PNG. Where no font of this system has the labels' characters,
     * they are numbered as in the table's CSV.
     */
    static void save(ScoreTable table, Path file) throws IOException {
        String characters = table.rows().stream().map(ScoreTable.Row::label).collect(Collectors.joining());
        ByteArrayOutputStream image = new ByteArrayOutputStream();
        ImageIO.write(BitmapEncoder.getBufferedImage(chart(table, fontFor(characters))), "png", image);
        PendingFile.write(file, image.toByteArray());
    }

    /** A font that has all characters: Java's own choice first, which knows some fonts for Chinese. */
    private static Optional<Font> fontFor(String characters) {
        return Stream.concat(
                        Stream.of(new Font(Font.SANS_SERIF, Font.PLAIN, FONT_SIZE)),
                        Arrays.stream(GraphicsEnvironment.getLocalGraphicsEnvironment()
                                        .getAllFonts())
                                .map(font -> font.deriveFont((float) FONT_SIZE)))
                .filter(font -> font.canDisplayUpTo(characters) == -1)
                .findFirst();
    }

    private static CategoryChart chart(ScoreTable table, Optional<Font> font) {
        List<String> labels = new ArrayList<>();
        List<Score> scores = new ArrayList<>();
        for (ScoreTable.Row row : table.rows()) {
            labels.add(font.isPresent() ? row.label() : String.valueOf(row.number()));
            scores.add(row.score());
        }
        labels.add(ScoreTable.TOTAL);
        scores.add(table.total());
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH_OF_THE_REST + WIDTH_OF_A_LABEL * labels.size())
                .height(HEIGHT)
                .xAxisTitle(
                        font.isPresent() ? "" : "number in the CSV file (no font here has these labels' characters)")
                .build();
        chart.getStyler()
                .setXAxisLabelRotation(font.isPresent() ? 90 : 0)
                .setXAxisMaxLabelCount(Math.max(LEAST_LABEL_COUNT, labels.size()))
                .setXAxisTickMarkSpacingHint(1);
        chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.0).setLegendPosition(LegendPosition.OutsideE);
        font.ifPresent(chart.getStyler()::setAxisTickLabelsFont);
        chart.addSeries(
                "precision", labels, scores.stream().map(Score::precision).toList());
        chart.addSeries("recall", labels, scores.stream().map(Score::recall).toList());
        chart.addSeries("F1", labels, scores.stream().map(Score::f1).toList());
        return chart;
    }
}
