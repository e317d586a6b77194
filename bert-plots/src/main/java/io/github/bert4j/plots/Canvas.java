package io.github.bert4j.plots;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.function.Consumer;
import org.knowm.xchart.internal.chartpart.Chart;

/** Draws in memory, with more pixels than units, as letters are small. */
final class Canvas {
    /** Pixels per unit. */
    static final int SHARP = 2;

    private Canvas() {}

    static BufferedImage draw(int width, int height, int pixelsPerUnit, Consumer<Graphics2D> drawing) {
        BufferedImage image =
                new BufferedImage(width * pixelsPerUnit, height * pixelsPerUnit, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        try {
            graphics.setColor(Color.WHITE);
            graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
            graphics.scale(pixelsPerUnit, pixelsPerUnit);
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            drawing.accept(graphics);
        } finally {
            graphics.dispose();
        }
        return image;
    }

    static BufferedImage draw(Chart<?, ?> chart) {
        return draw(
                chart.getWidth(),
                chart.getHeight(),
                SHARP,
                graphics -> chart.paint(graphics, chart.getWidth(), chart.getHeight()));
    }
}
