package io.github.bert4j.tokenize;

/**
 * Lower-cases a word's characters as Python's {@code str.lower()} does, one for one.
 *
 * <p>{@code String.toLowerCase} changes lengths and decides on the final sigma by Java's own word boundaries. The one
 * mapping that changes the length, U+0130 to {@code i} and a dot above, ends the same way here: the dot is a mark that
 * the tokenizer drops.
 */
final class LowerCase {
    private static final int CAPITAL_SIGMA = 0x3A3;
    private static final int SIGMA = 0x3C3;
    private static final int FINAL_SIGMA = 0x3C2;

    /** The case-ignorable characters that no general category covers: Word_Break = MidLetter, MidNumLet or Single_Quote. */
    private static final String IGNORABLE_SIGNS =
            "'.:\u00B7\u0387\u055F\u05F4\u2018\u2019\u2024\u2027\uFE13\uFE52\uFE55\uFF07\uFF0E\uFF1A";

    private LowerCase() {}

    static int of(TrackedText word, int index) {
        int codePoint = word.codePoint(index);
        if (codePoint == CAPITAL_SIGMA) {
            return isCasedFrom(word, index, -1) && !isCasedFrom(word, index, 1) ? FINAL_SIGMA : SIGMA;
        }
        return Character.toLowerCase(codePoint);
    }

    /** Whether the nearest character in this direction that case does not ignore has a case (Unicode, table 3-17). */
    private static boolean isCasedFrom(TrackedText word, int index, int direction) {
        int i = index + direction;
        while (i >= 0 && i < word.length() && isCaseIgnorable(word.codePoint(i))) {
            i += direction;
        }
        return i >= 0 && i < word.length() && isCased(word.codePoint(i));
    }

    private static boolean isCased(int codePoint) {
        return Character.isLowerCase(codePoint) || Character.isUpperCase(codePoint) || Character.isTitleCase(codePoint);
    }

    private static boolean isCaseIgnorable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.FORMAT,
                    Character.MODIFIER_LETTER,
                    Character.MODIFIER_SYMBOL -> true;
            default -> IGNORABLE_SIGNS.indexOf(codePoint) >= 0;
        };
    }
}
