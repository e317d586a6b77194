package io.github.bert4j.plots;

import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A square of coloured cells with the same labels on both axes, from the left and from the top. Where no font of this system
 * has the labels' characters, they are numbered from 1.
 *
 * @param caption what rows, columns and colours stand for
 * @param values 0 and up, by row
 * @param limit the value of the darkest colour
 * @param texts of the cells, by row; null for none
 */
record HeatMap(String title, String caption, List<String> labels, double[][] values, double limit, String[][] texts)
        implements Plot {
    private static final String NO_FONT = "numbers from 1, as no font here has the characters";
    private static final int MARGIN = 12;
    private static final int LINE = 20;
    private static final int BAR = 14;
    private static final int BAR_AND_NUMBERS = 70;
    private static final int SMALLEST_TITLE = 13;
    /** Of more labels, a picture with sharp letters would be too large. */
    private static final int SHARP_LABELS = 128;

    @Override
    public BufferedImage image() {
        Layout layout = Layout.of(this);
        return Canvas.draw(
                layout.width(), layout.height(), labels.size() > SHARP_LABELS ? 1 : Canvas.SHARP, graphics -> {
                    graphics.setColor(Palette.TEXT);
                    titles(graphics, layout);
                    labels(graphics, layout);
                    cells(graphics, layout);
                    bar(graphics, layout);
                });
    }

    private void titles(Graphics2D graphics, Layout layout) {
        graphics.setFont(Fonts.plain(SMALLEST_TITLE + 2).deriveFont(Font.BOLD));
        graphics.drawString(title, MARGIN, MARGIN + SMALLEST_TITLE);
        graphics.setFont(Fonts.plain(SMALLEST_TITLE));
        graphics.drawString(caption, MARGIN, MARGIN + SMALLEST_TITLE + LINE);
        if (!layout.readable()) {
            graphics.drawString(NO_FONT, MARGIN, MARGIN + SMALLEST_TITLE + 2 * LINE);
        }
    }

    private void labels(Graphics2D graphics, Layout layout) {
        graphics.setFont(layout.font());
        FontMetrics metrics = graphics.getFontMetrics();
        int middle = (layout.cell() + metrics.getAscent() - metrics.getDescent()) / 2;
        AffineTransform upright = graphics.getTransform();
        for (int i = 0; i < labels.size(); i++) {
            String label = layout.labels().get(i);
            int width = metrics.stringWidth(label);
            graphics.drawString(label, layout.left() - 6 - width, layout.top() + i * layout.cell() + middle);
            int x = layout.left() + i * layout.cell();
            if (width > layout.cell() - 2) {
                graphics.rotate(-Math.PI / 2, x + middle, layout.top() - 6);
                graphics.drawString(label, x + middle, layout.top() - 6);
                graphics.setTransform(upright);
            } else {
                graphics.drawString(label, x + (layout.cell() - width) / 2, layout.top() - 6);
            }
        }
    }

    private void cells(Graphics2D graphics, Layout layout) {
        graphics.setFont(Fonts.plain(SMALLEST_TITLE));
        FontMetrics metrics = graphics.getFontMetrics();
        for (int i = 0; i < labels.size(); i++) {
            for (int j = 0; j < labels.size(); j++) {
                int x = layout.left() + j * layout.cell();
                int y = layout.top() + i * layout.cell();
                double share = values[i][j] / limit;
                graphics.setColor(Palette.scale(share));
                graphics.fillRect(x, y, layout.cell(), layout.cell());
                graphics.setColor(Palette.FAINT);
                graphics.drawRect(x, y, layout.cell(), layout.cell());
                if (texts[i][j] != null) {
                    graphics.setColor(Palette.textOn(share));
                    graphics.drawString(
                            texts[i][j],
                            x + (layout.cell() - metrics.stringWidth(texts[i][j])) / 2,
                            y + (layout.cell() + metrics.getAscent() - metrics.getDescent()) / 2);
                }
            }
        }
    }

    /** What the colours mean. */
    private void bar(Graphics2D graphics, Layout layout) {
        int x = layout.left() + layout.size() + MARGIN;
        int height = Math.min(layout.size(), 160);
        for (int y = 0; y < height; y++) {
            graphics.setColor(Palette.scale(1 - y / (double) (height - 1)));
            graphics.fillRect(x, layout.top() + y, BAR, 1);
        }
        graphics.setColor(Palette.TEXT);
        graphics.drawRect(x, layout.top(), BAR, height);
        graphics.setFont(Fonts.plain(SMALLEST_TITLE - 2));
        graphics.drawString(String.format(Locale.ROOT, "%.2f", limit), x + BAR + 4, layout.top() + SMALLEST_TITLE - 4);
        graphics.drawString("0", x + BAR + 4, layout.top() + height);
    }

    /**
     * Where everything goes.
     *
     * @param readable whether the labels' own characters can be drawn
     * @param left of the cells; {@code top} likewise
     */
    private record Layout(
            List<String> labels,
            Font font,
            boolean readable,
            int cell,
            int left,
            int top,
            int size,
            int width,
            int height) {

        static Layout of(HeatMap map) {
            int count = map.labels().size();
            boolean withTexts =
                    Arrays.stream(map.texts()).flatMap(Arrays::stream).anyMatch(text -> text != null);
            int cell = withTexts ? 48 : count <= 40 ? 24 : count <= SHARP_LABELS ? 16 : 9;
            int fontSize = Math.min(15, cell - 2);
            Optional<Font> found = Fonts.with(String.join("", map.labels()), fontSize);
            Font font = found.orElse(Fonts.plain(fontSize));
            List<String> labels = found.isPresent()
                    ? map.labels()
                    : IntStream.rangeClosed(1, count).mapToObj(String::valueOf).toList();
            FontMetrics metrics = metrics(font);
            int longest = labels.stream().mapToInt(metrics::stringWidth).max().orElse(0);
            int left = MARGIN + longest + 8;
            int top = MARGIN + 2 * LINE + (found.isPresent() ? 0 : LINE) + Math.max(longest, fontSize) + 16;
            int size = cell * count;
            FontMetrics ofCaption = metrics(Fonts.plain(SMALLEST_TITLE));
            int wide = Stream.of(map.title() + "    ", map.caption(), found.isPresent() ? "" : NO_FONT)
                    .mapToInt(ofCaption::stringWidth)
                    .max()
                    .orElse(0);
            int width = Math.max(left + size + MARGIN + BAR_AND_NUMBERS, wide + 4 * MARGIN);
            return new Layout(
                    labels,
                    font,
                    found.isPresent(),
                    cell,
                    left,
                    top,
                    size,
                    width,
                    top + Math.max(size, 2 * LINE) + MARGIN);
        }

        private static FontMetrics metrics(Font font) {
            Graphics2D graphics = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
            try {
                return graphics.getFontMetrics(font);
            } finally {
                graphics.dispose();
            }
        }
    }
}
