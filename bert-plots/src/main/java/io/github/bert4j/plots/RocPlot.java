package io.github.bert4j.plots;

import io.github.bert4j.score.RocCurve;
import io.github.bert4j.score.RocCurve.Point;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A ROC curve above the line that guessing would give. */
record RocPlot(RocCurve curve) implements Plot {
    private static final int SIZE = 520;

    @Override
    public BufferedImage image() {
        XYChart chart = new XYChartBuilder()
                .width(SIZE)
                .height(SIZE)
                .title(String.format(Locale.ROOT, "ROC, area %.4f", curve.area()))
                .xAxisTitle("fraction of negative texts called positive")
                .yAxisTitle("fraction of positive texts called positive")
                .build();
        chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.0);
        chart.getStyler()
                .setYAxisMin(0.0)
                .setYAxisMax(1.0)
                .setPlotGridLinesColor(Palette.FAINT)
                .setLegendVisible(false)
                .setChartBackgroundColor(Color.WHITE)
                .setPlotBorderVisible(false)
                .setChartFontColor(Palette.TEXT);
        XYSeries guessed = add(chart, "guessed", List.of(new Point(0, 0), new Point(1, 1)));
        guessed.setLineColor(Palette.VALIDATION);
        guessed.setLineStyle(SeriesLines.DASH_DASH);
        add(chart, "model", curve.points()).setLineColor(Palette.TRAINING);
        return Canvas.draw(chart);
    }

    private static XYSeries add(XYChart chart, String name, List<Point> points) {
        XYSeries series = chart.addSeries(
                name,
                points.stream().map(Point::falsePositives).toList(),
                points.stream().map(Point::truePositives).toList());
        series.setMarker(SeriesMarkers.NONE);
        series.setLineWidth(2);
        return series;
    }
}
