package io.github.bert4j.plots;

import java.awt.Color;

/** Colours that those who are colour-blind can tell apart (Okabe and Ito), and a scale from white to dark blue. */
final class Palette {
    static final Color TRAINING = new Color(0x0072B2);
    static final Color VALIDATION = new Color(0xD55E00);
    static final Color THIRD = new Color(0x009E73);
    static final Color TEXT = new Color(0x222222);
    static final Color FAINT = new Color(0xDDDDDD);

    private static final int[] SCALE = {0xFFFFFF, 0xC6DBEF, 0x6BAED6, 0x2171B5, 0x08306B};

    private Palette() {}

    /** @param value from 0, white, to 1, dark */
    static Color scale(double value) {
        double place = Math.max(0, Math.min(1, value)) * (SCALE.length - 1);
        int below = Math.min((int) place, SCALE.length - 2);
        double share = place - below;
        Color from = new Color(SCALE[below]);
        Color to = new Color(SCALE[below + 1]);
        return new Color(
                between(from.getRed(), to.getRed(), share),
                between(from.getGreen(), to.getGreen(), share),
                between(from.getBlue(), to.getBlue(), share));
    }

    /** What can be read on a colour of the scale. */
    static Color textOn(double value) {
        return value > 0.55 ? Color.WHITE : TEXT;
    }

    private static int between(int from, int to, double share) {
        return (int) Math.round(from + share * (to - from));
    }
}
