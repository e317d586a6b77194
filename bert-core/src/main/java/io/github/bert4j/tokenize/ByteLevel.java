package io.github.bert4j.tokenize;

/**
 * Cuts a text as GPT-2 does and writes each byte of its UTF-8 as a letter.
 *
 * <p>Source: {@code bytes_to_unicode} and the pattern in {@code encoder.py} of openai/gpt-2, {@code
 * 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+}.
 *
 * @param prefixed whether words get a space in front that have none
 * @param split whether they are cut by the pattern
 */
record ByteLevel(boolean prefixed, boolean split) implements PreTokenizer {
    /** What a space is written as. */
    static final int SPACE = 0x120;

    private static final int[] LETTERS = letters();

    private static int[] letters() {
        int[] letters = new int[256];
        int next = 256;
        for (int b = 0; b < 256; b++) {
            boolean visible = b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE;
            letters[b] = visible ? b : next++;
        }
        return letters;
    }

    @Override
    public Words apply(Words words) {
        TrackedText text = words.text();
        TrackedText bytes = new TrackedText(2 * text.length());
        Words result = new Words(bytes);
        for (int word = 0; word < words.count(); word++) {
            int from = words.from(word);
            int to = words.to(word);
            int start = bytes.length();
            boolean added = prefixed && text.codePoint(from) != ' ';
            if (added) {
                bytes.append(SPACE, text.start(from), text.end(from));
            }
            for (int at = from; at < to; ) {
                int end = split ? end(text, at, to, added && at == from) : to;
                for (; at < end; at++) {
                    append(text, at, bytes);
                }
                result.add(start, bytes.length());
                start = bytes.length();
            }
        }
        return result;
    }

    private static void append(TrackedText text, int index, TrackedText bytes) {
        int c = text.codePoint(index);
        int length = CodePoints.utf8Length(c);
        for (int i = 0; i < length; i++) {
            bytes.append(LETTERS[CodePoints.utf8(c, i, length)], text.start(index), text.end(index));
        }
    }

    /** Where the pattern's match ends that starts at a place. */
    private static int end(TrackedText text, int at, int to, boolean behindSpace) {
        int c = text.codePoint(at);
        if (c == '\'' && !behindSpace) {
            int length = contraction(text, at, to);
            if (length > 0) {
                return at + length;
            }
        }
        int first = c == ' ' && at + 1 < to && !CodePoints.isWhite(text.codePoint(at + 1)) ? at + 1 : at;
        int kind = kind(text.codePoint(first));
        int end = first + 1;
        while (end < to && kind(text.codePoint(end)) == kind) {
            end++;
        }
        // Of several spaces before a word, the last belongs to the word, or is one of its own.
        return kind == WHITE && end < to && end - at > 1 ? end - 1 : end;
    }

    private static final int WHITE = 0;

    private static int kind(int codePoint) {
        if (CodePoints.isWhite(codePoint)) {
            return WHITE;
        }
        return Character.isLetter(codePoint) ? 1 : CodePoints.isNumber(codePoint) ? 2 : 3;
    }

    private static int contraction(TrackedText text, int at, int to) {
        int first = at + 1 < to ? text.codePoint(at + 1) : 0;
        int second = at + 2 < to ? text.codePoint(at + 2) : 0;
        if (first == 'r' && second == 'e' || first == 'v' && second == 'e' || first == 'l' && second == 'l') {
            return 3;
        }
        return first == 's' || first == 't' || first == 'm' || first == 'd' ? 2 : 0;
    }
}
