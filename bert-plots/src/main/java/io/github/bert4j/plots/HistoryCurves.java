package io.github.bert4j.plots;

import io.github.bert4j.models.History;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Curves of training, a chart for each quantity.
 *
 * @param axis what is counted from the left: "epoch" or "step"
 * @param charts the curves of each chart, by its title
 */
record HistoryCurves(String axis, Map<String, List<Curve>> charts) implements Plot {
    private static final String RATE = "learning rate";
    private static final String VALIDATION = "val_";
    private static final int WIDTH = 480;
    private static final int HEIGHT = 320;
    private static final int MOST_MARKED = 60;

    /**
     * A curve.
     *
     * @param name "training" or "validation"
     * @param values from 1 on; NaN where there is none
     */
    record Curve(String name, List<Double> values) {
        boolean isValidation() {
            return name.equals("validation");
        }
    }

    static HistoryCurves of(History history) {
        if (history.epochs().isEmpty()) {
            throw new IllegalArgumentException("A history of no epochs: expected at least one to draw");
        }
        List<String> names = history.epochs().stream()
                .flatMap(epoch -> epoch.metrics().keySet().stream())
                .distinct()
                .toList();
        Map<String, List<Curve>> charts = new LinkedHashMap<>();
        for (String name : names) {
            boolean validation = name.startsWith(VALIDATION);
            String title = validation ? name.substring(VALIDATION.length()) : name;
            List<Double> values = history.epochs().stream()
                    .map(epoch -> epoch.metrics().getOrDefault(name, Double.NaN))
                    .toList();
            charts.computeIfAbsent(title, key -> new ArrayList<>())
                    .add(new Curve(validation ? "validation" : "training", values));
        }
        return withRates(
                "epoch",
                charts,
                history.epochs().stream().map(History.Epoch::learningRate).toList());
    }

    /** Adds a chart of learning rates, if there are any. */
    static HistoryCurves withRates(String axis, Map<String, List<Curve>> charts, List<Double> rates) {
        Map<String, List<Curve>> all = new LinkedHashMap<>(charts);
        if (rates.stream().anyMatch(rate -> !rate.isNaN())) {
            all.put(RATE, List.of(new Curve("training", rates)));
        }
        return new HistoryCurves(axis, all);
    }

    @Override
    public BufferedImage image() {
        List<XYChart> drawn = new ArrayList<>();
        charts.forEach((title, curves) -> drawn.add(chart(title, curves)));
        int columns = Math.min(drawn.size(), drawn.size() <= 4 ? 2 : 3);
        int lines = (drawn.size() + columns - 1) / columns;
        return Canvas.draw(columns * WIDTH, lines * HEIGHT, Canvas.SHARP, graphics -> {
            for (int i = 0; i < drawn.size(); i++) {
                var own = (Graphics2D) graphics.create(i % columns * WIDTH, i / columns * HEIGHT, WIDTH, HEIGHT);
                drawn.get(i).paint(own, WIDTH, HEIGHT);
                own.dispose();
            }
        });
    }

    private XYChart chart(String title, List<Curve> curves) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(axis)
                .build();
        Function<Double, String> whole = place -> place == Math.rint(place) ? String.valueOf(place.longValue()) : "";
        chart.getStyler().setXAxisTickLabelsFormattingFunction(whole);
        if (title.equals(RATE)) {
            chart.getStyler().setYAxisTickLabelsFormattingFunction(rate -> String.format(Locale.ROOT, "%.2e", rate));
        }
        chart.getStyler().setLegendLayout(LegendLayout.Horizontal);
        chart.getStyler()
                .setPlotGridLinesColor(Palette.FAINT)
                .setLegendPosition(LegendPosition.OutsideS)
                .setLegendVisible(curves.size() > 1 || curves.get(0).isValidation())
                .setLegendBorderColor(Color.WHITE)
                .setChartBackgroundColor(Color.WHITE)
                .setPlotBorderVisible(false)
                .setChartFontColor(Palette.TEXT);
        for (Curve curve : curves) {
            List<Integer> places = new ArrayList<>();
            for (int i = 1; i <= curve.values().size(); i++) {
                places.add(i);
            }
            draw(chart.addSeries(curve.name(), places, curve.values()), curve);
        }
        return chart;
    }

    private static void draw(XYSeries series, Curve curve) {
        Color color = curve.isValidation() ? Palette.VALIDATION : Palette.TRAINING;
        BasicStroke line = curve.isValidation() ? SeriesLines.DASH_DASH : SeriesLines.SOLID;
        Marker marker = curve.isValidation() ? SeriesMarkers.SQUARE : SeriesMarkers.CIRCLE;
        series.setLineColor(color);
        series.setLineStyle(line);
        series.setLineWidth(2);
        series.setMarkerColor(color);
        series.setMarker(curve.values().size() > MOST_MARKED ? SeriesMarkers.NONE : marker);
    }
}
