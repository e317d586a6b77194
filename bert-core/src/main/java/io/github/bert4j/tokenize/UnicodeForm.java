package io.github.bert4j.tokenize;

import java.text.Normalizer;
import java.text.Normalizer.Form;

/** Unicode's normal forms of a text whose characters know where they came from. */
final class UnicodeForm {
    /** No text has so many marks on one letter; to sort many takes the square of their number. */
    private static final int LONGEST_STRETCH = 256;

    private UnicodeForm() {}

    /** Text is normalized in stretches that begin with a character that nothing before it can change. */
    static TrackedText apply(Form form, TrackedText text) {
        Replacements result = new Replacements(text.length());
        for (int from = 0, to; from < text.length(); from = to) {
            to = from + 1;
            while (to < text.length() && to - from < LONGEST_STRETCH && !startsAnew(text.codePoint(to))) {
                to++;
            }
            if (to == from + 1 && text.codePoint(from) < 0xA0) {
                result.add(text.codePoint(from), 0);
            } else {
                add(form, text.string(from, to), result);
            }
        }
        return result.of(text);
    }

    private static void add(Form form, String before, Replacements result) {
        String after = Normalizer.normalize(before, form);
        if (after.equals(before)) {
            before.codePoints().forEach(codePoint -> result.add(codePoint, 0));
            return;
        }
        Form apart = form == Form.NFC || form == Form.NFD ? Form.NFD : Form.NFKD;
        Parts parts = new Parts(before, apart);
        boolean composes = form == Form.NFC || form == Form.NFKC;
        for (int codePoint : after.codePoints().toArray()) {
            int change = composes ? parts.takeAll(codePoint, apart) : parts.take(codePoint);
            result.add(codePoint, change);
        }
    }

    /** The characters of a decomposition, each with whether it is one more than there was before; marks may change their order. */
    private static final class Parts {
        private final int[] codePoints;
        private final int[] changes;
        /** Where to look for the next: all before were taken. */
        private int first;

        Parts(String text, Form apart) {
            StringBuilder all = new StringBuilder();
            int[] changesOfAll = new int[18 * text.length()]; // no character becomes more than 18
            int count = 0;
            for (int codePoint : text.codePoints().toArray()) {
                String one = Normalizer.normalize(Character.toString(codePoint), apart);
                all.append(one);
                for (int i = 0; i < one.codePointCount(0, one.length()); i++) {
                    changesOfAll[count++] = i == 0 ? 0 : 1;
                }
            }
            this.codePoints = all.codePoints().toArray();
            this.changes = changesOfAll;
        }

        /** The first of those left that is this character. */
        int take(int codePoint) {
            for (int i = first; i < codePoints.length; i++) {
                if (codePoints[i] == codePoint) {
                    codePoints[i] = -1;
                    while (first < codePoints.length && codePoints[first] < 0) {
                        first++;
                    }
                    return changes[i];
                }
            }
            return 1;
        }

        /** All of what a character was composed of. */
        int takeAll(int composed, Form apart) {
            int change = 1;
            for (int part : Normalizer.normalize(Character.toString(composed), apart)
                    .codePoints()
                    .toArray()) {
                change += take(part) - 1;
            }
            return change;
        }
    }

    /** Whether a character neither joins the one before it nor can be moved: most letters. */
    private static boolean startsAnew(int codePoint) {
        return codePoint < 0x300
                || CodePoints.isItsOwnDecomposition(codePoint)
                || !CodePoints.isMark(codePoint) && !CodePoints.isHangulPart(codePoint);
    }
}
