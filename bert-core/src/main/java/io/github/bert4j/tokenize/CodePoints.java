package io.github.bert4j.tokenize;

/** The classes of characters that Google's {@code tokenization.py} tells apart. */
final class CodePoints {
    private static final int CONTROL = 1 << Character.CONTROL | 1 << Character.FORMAT;
    private static final int OTHER = CONTROL | 1 << Character.SURROGATE | 1 << Character.PRIVATE_USE;
    private static final int NUMBER =
            1 << Character.DECIMAL_DIGIT_NUMBER | 1 << Character.LETTER_NUMBER | 1 << Character.OTHER_NUMBER;
    private static final int MARK =
            1 << Character.NON_SPACING_MARK | 1 << Character.COMBINING_SPACING_MARK | 1 << Character.ENCLOSING_MARK;
    private static final int PUNCTUATION = 1 << Character.CONNECTOR_PUNCTUATION
            | 1 << Character.DASH_PUNCTUATION
            | 1 << Character.START_PUNCTUATION
            | 1 << Character.END_PUNCTUATION
            | 1 << Character.INITIAL_QUOTE_PUNCTUATION
            | 1 << Character.FINAL_QUOTE_PUNCTUATION
            | 1 << Character.OTHER_PUNCTUATION;

    private CodePoints() {}

    /** {@code _is_whitespace}: space, tab, line feed, carriage return and category Zs. */
    static boolean isWhiteSpace(int codePoint) {
        return codePoint == ' '
                || codePoint == '\t'
                || codePoint == '\n'
                || codePoint == '\r'
                || Character.getType(codePoint) == Character.SPACE_SEPARATOR;
    }

    /** {@code _is_control}: categories Cc and Cf, but for the three that are white space. */
    static boolean isControl(int codePoint) {
        return codePoint != '\t' && codePoint != '\n' && codePoint != '\r' && isOf(codePoint, CONTROL);
    }

    /** Unicode's property White_Space, control characters among them. */
    static boolean isWhite(int codePoint) {
        return codePoint >= '\t' && codePoint <= '\r'
                || codePoint == ' '
                || codePoint == 0x85
                || codePoint == 0x2028
                || codePoint == 0x2029
                || codePoint >= 0xA0 && Character.getType(codePoint) == Character.SPACE_SEPARATOR;
    }

    /** Categories Nd, Nl and No. */
    static boolean isNumber(int codePoint) {
        return isOf(codePoint, NUMBER);
    }

    static boolean isNonSpacingMark(int codePoint) {
        return Character.getType(codePoint) == Character.NON_SPACING_MARK;
    }

    /** Categories Mn, Mc and Me. */
    static boolean isMark(int codePoint) {
        return isOf(codePoint, MARK);
    }

    /** What regular expressions call {@code \\w}. */
    static boolean isOfWord(int codePoint) {
        return Character.isLetterOrDigit(codePoint)
                || isMark(codePoint)
                || isNumber(codePoint)
                || Character.getType(codePoint) == Character.CONNECTOR_PUNCTUATION;
    }

    /** What is composed to a syllable with the character before it. */
    static boolean isHangulPart(int codePoint) {
        return codePoint >= 0x1160 && codePoint <= 0x11FF;
    }

    /** Categories Cc, Cf, Cs and Co, but for the three control characters that are white space. */
    static boolean isOther(int codePoint) {
        return codePoint != '\t' && codePoint != '\n' && codePoint != '\r' && isOf(codePoint, OTHER);
    }

    /** {@code _is_punctuation}: every ASCII sign that is no letter, digit or space, {@code $} too, and categories P*. */
    static boolean isPunctuation(int codePoint) {
        return (codePoint >= 33 && codePoint <= 47)
                || (codePoint >= 58 && codePoint <= 64)
                || (codePoint >= 91 && codePoint <= 96)
                || (codePoint >= 123 && codePoint <= 126)
                || isOf(codePoint, PUNCTUATION);
    }

    /** {@code _is_chinese_char}: Google's list of CJK blocks; narrower than the Unicode property Ideographic. */
    static boolean isChinese(int codePoint) {
        return isUnifiedIdeograph(codePoint) || isCompatibilityIdeograph(codePoint);
    }

    /** Whether NFD surely leaves the code point alone; spares most text the cost of asking. */
    static boolean isItsOwnDecomposition(int codePoint) {
        return codePoint < 0xC0 || isUnifiedIdeograph(codePoint);
    }

    /** How many bytes a code point has in UTF-8. */
    static int utf8Length(int codePoint) {
        return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }

    /** One of the bytes that a code point has in UTF-8. */
    static int utf8(int codePoint, int index, int length) {
        int rest = codePoint >> 6 * (length - 1 - index);
        if (index > 0) {
            return 0x80 | rest & 0x3F;
        }
        return length == 1 ? rest : (0xF00 >> length & 0xFF) | rest;
    }

    private static boolean isUnifiedIdeograph(int codePoint) {
        return (codePoint >= 0x4E00 && codePoint <= 0x9FFF)
                || (codePoint >= 0x3400 && codePoint <= 0x4DBF)
                || (codePoint >= 0x20000 && codePoint <= 0x2A6DF)
                || (codePoint >= 0x2A700 && codePoint <= 0x2B73F)
                || (codePoint >= 0x2B740 && codePoint <= 0x2B81F)
                || (codePoint >= 0x2B820 && codePoint <= 0x2CEAF);
    }

    private static boolean isCompatibilityIdeograph(int codePoint) {
        return (codePoint >= 0xF900 && codePoint <= 0xFAFF) || (codePoint >= 0x2F800 && codePoint <= 0x2FA1F);
    }

    private static boolean isOf(int codePoint, int types) {
        return (types >> Character.getType(codePoint) & 1) != 0;
    }
}
