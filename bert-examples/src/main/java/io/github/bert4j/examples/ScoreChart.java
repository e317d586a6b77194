package io.github.bert4j.examples;

import io.github.bert4j.checkpoint.PendingFile;
import io.github.bert4j.score.ScoreTable;
import java.awt.Font;
import java.awt.GraphicsEnvironment;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
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

    private ScoreChart() {}

    /**
     * Saves a chart of precision, recall and F1 by label as PNG. Where no font of this system has the labels' characters,
     * they are numbered as in the table's CSV.
     */
    static void save(ScoreTable table, Path file) throws IOException {
        List<ScoreTable.Row> rows = table.rows();
        String labels = String.join("", rows.stream().map(ScoreTable.Row::label).toList());
        Optional<Font> font = fontFor(labels);
        ByteArrayOutputStream image = new ByteArrayOutputStream();
        ImageIO.write(BitmapEncoder.getBufferedImage(chart(rows, font)), "png", image);
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

    private static CategoryChart chart(List<ScoreTable.Row> rows, Optional<Font> font) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH_OF_THE_REST + WIDTH_OF_A_LABEL * rows.size())
                .height(HEIGHT)
                .xAxisTitle(
                        font.isPresent() ? "" : "number in the CSV file (no font here has these labels' characters)")
                .build();
        chart.getStyler()
                .setXAxisLabelRotation(font.isPresent() ? 90 : 0)
                .setXAxisMaxLabelCount(rows.size())
                .setXAxisTickMarkSpacingHint(1);
        chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.0).setLegendPosition(LegendPosition.OutsideE);
        font.ifPresent(chart.getStyler()::setAxisTickLabelsFont);
        List<String> labels = rows.stream()
                .map(row -> font.isPresent() ? row.label() : String.valueOf(row.number()))
                .toList();
        add(chart, "precision", labels, rows, row -> row.score().precision());
        add(chart, "recall", labels, rows, row -> row.score().recall());
        add(chart, "F1", labels, rows, row -> row.score().f1());
        return chart;
    }

    private static void add(
            CategoryChart chart,
            String name,
            List<String> labels,
            List<ScoreTable.Row> rows,
            ToDoubleFunction<ScoreTable.Row> value) {
        chart.addSeries(
                name, labels, rows.stream().map(row -> value.applyAsDouble(row)).toList());
    }
}
