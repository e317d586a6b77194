package io.github.bert4j.benchmarks;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Seconds per step of bert4j and its best peer, side by side. */
final class PerformanceChart {
    private PerformanceChart() {}

    /** Draws a PNG; needs no display, but fonts. */
    static void save(List<Comparison> comparisons, Path file) throws IOException {
        System.setProperty("java.awt.headless", "true");
        CategoryChart chart = new CategoryChartBuilder()
                .width(1200)
                .height(500)
                .title("Seconds per step, median of the rounds: shorter is faster")
                .build();
        chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
        chart.getStyler().setLegendLayout(LegendLayout.Horizontal);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setXAxisLabelRotation(20);
        chart.getStyler().setYAxisMin(0.0);
        add(chart, "bert4j", comparisons, Comparison::ownSeconds);
        add(chart, "best peer", comparisons, comparison -> comparison.peerSeconds(comparison.best()));
        Files.write(file, ChartEncoder.getBytes(chart, "png"));
    }

    private static void add(
            CategoryChart chart, String name, List<Comparison> comparisons, Function<Comparison, Spread> seconds) {
        chart.addSeries(
                name,
                comparisons.stream().map(Comparison::configuration).toList(),
                comparisons.stream()
                        .map(comparison -> seconds.apply(comparison).median())
                        .toList());
    }
}
