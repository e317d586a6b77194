package io.github.bert4j.plots;

import io.github.bert4j.score.Score;
import io.github.bert4j.score.ScoreTable;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Precision, recall and F1, by label and in all. Where no font of this system has the labels' characters, they are numbered as in
 * the table's CSV. */
record ScoreBars(ScoreTable table) implements Plot {
    private static final int FONT_SIZE = 13;
    private static final int HEIGHT = 600;
    private static final int WIDTH_OF_A_LABEL = 44;
    private static final int WIDTH_OF_THE_REST = 240;
    /** XChart's. */
    private static final int LEAST_LABEL_COUNT = 2;

    @Override
    public BufferedImage image() {
        String characters = table.rows().stream().map(ScoreTable.Row::label).collect(Collectors.joining());
        return Canvas.draw(chart(Fonts.with(characters, FONT_SIZE)));
    }

    private CategoryChart chart(Optional<Font> font) {
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
        chart.getStyler().setSeriesColors(new Color[] {Palette.TRAINING, Palette.VALIDATION, Palette.THIRD});
        chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.0).setLegendPosition(LegendPosition.OutsideE);
        font.ifPresent(chart.getStyler()::setAxisTickLabelsFont);
        chart.addSeries(
                "precision", labels, scores.stream().map(Score::precision).toList());
        chart.addSeries("recall", labels, scores.stream().map(Score::recall).toList());
        chart.addSeries("F1", labels, scores.stream().map(Score::f1).toList());
        return chart;
    }
}
