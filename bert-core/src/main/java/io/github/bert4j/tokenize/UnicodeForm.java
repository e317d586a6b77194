package io.github.bert4j.tokenize;

import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.Arrays;

/** Unicode's normal forms of a text whose characters know where they came from. */
final class UnicodeForm {
    private UnicodeForm() {}

    /**
     * Text is normalized in stretches that begin with a character that nothing before it can change. What a stretch becomes
     * has the places of its characters in order, as far as they reach.
     */
    static TrackedText apply(Form form, TrackedText text) {
        TrackedText result = new TrackedText(text.length());
        for (int from = 0, to; from < text.length(); from = to) {
            to = from + 1;
            while (to < text.length() && !startsAnew(text.codePoint(to))) {
                to++;
            }
            if (to == from + 1 && text.codePoint(from) < 0xA0) {
                result.append(text.codePoint(from), text.start(from), text.end(from));
            } else {
                append(form, text, from, to, result);
            }
        }
        return result;
    }

    private static void append(Form form, TrackedText text, int from, int to, TrackedText result) {
        String before = text.string(from, to);
        String after = Normalizer.normalize(before, form);
        if (after.equals(before)) {
            for (int i = from; i < to; i++) {
                result.append(text.codePoint(i), text.start(i), text.end(i));
            }
            return;
        }
        boolean composes = form == Form.NFC || form == Form.NFKC;
        int[] codePoints = after.codePoints().toArray();
        int[] sources =
                composes ? composed(form, text, from, to, codePoints) : decomposed(form, text, from, to, codePoints);
        for (int i = 0; i < codePoints.length; i++) {
            result.append(codePoints[i], text.start(sources[i]), text.end(sources[i]));
        }
    }

    /** Each character of a decomposition comes from the one that was decomposed; marks may have changed their order. */
    private static int[] decomposed(Form form, TrackedText text, int from, int to, int[] after) {
        int[] sources = new int[after.length];
        int count = 0;
        for (int i = from; i < to && count < after.length; i++) {
            String one = Normalizer.normalize(text.string(i, i + 1), form);
            for (int j = one.codePointCount(0, one.length()); j > 0 && count < after.length; j--) {
                sources[count++] = i;
            }
        }
        Arrays.fill(sources, count, sources.length, to - 1);
        return sources;
    }

    /** A composed character comes from the first of those that it was composed of. */
    private static int[] composed(Form form, TrackedText text, int from, int to, int[] after) {
        int[] sources = new int[after.length];
        Form apart = form == Form.NFC ? Form.NFD : Form.NFKD;
        int[] origins = decomposed(apart, text, from, to, decompositionOf(apart, text.string(from, to)));
        int read = 0;
        for (int i = 0; i < after.length; i++) {
            sources[i] = origins.length == 0 ? from : origins[Math.min(read, origins.length - 1)];
            String one = Normalizer.normalize(Character.toString(after[i]), apart);
            read += one.codePointCount(0, one.length());
        }
        return sources;
    }

    private static int[] decompositionOf(Form apart, String text) {
        return Normalizer.normalize(text, apart).codePoints().toArray();
    }

    /** Whether a character neither joins the one before it nor can be moved: most letters. */
    private static boolean startsAnew(int codePoint) {
        return codePoint < 0x300
                || CodePoints.isItsOwnDecomposition(codePoint)
                || !CodePoints.isMark(codePoint) && !CodePoints.isHangulPart(codePoint);
    }
}
