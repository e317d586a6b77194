package io.github.bert4j.tokenize;

import java.text.Normalizer;

/**
 * Splits text into words, single Chinese characters and single punctuation signs, as the class of this name in Google's
 * {@code tokenization.py} does.
 *
 * @param lowerCases whether words are lower-cased and lose their accents
 */
record BasicTokenizer(boolean lowerCases) {
    /** Takes the words of a text in order; word and text are reused after the call. */
    @FunctionalInterface
    interface WordSink {
        void word(TrackedText text, int from, int to);
    }

    void split(String text, WordSink sink) {
        var word = new TrackedText();
        var normalized = new TrackedText();
        for (int start = 0, end; start < text.length(); start = end) {
            int codePoint = text.codePointAt(start);
            end = start + Character.charCount(codePoint);
            if (CodePoints.isChinese(codePoint)) {
                flush(word, normalized, sink);
                word.append(codePoint, start, end);
                flush(word, normalized, sink);
            } else if (separatesWords(codePoint)) {
                flush(word, normalized, sink);
            } else if (!isDropped(codePoint)) {
                word.append(codePoint, start, end);
            }
        }
        flush(word, normalized, sink);
    }

    private void flush(TrackedText word, TrackedText normalized, WordSink sink) {
        if (word.length() == 0) {
            return;
        }
        if (lowerCases) {
            normalize(word, normalized);
            splitOnPunctuation(normalized, sink);
            normalized.clear();
        } else {
            splitOnPunctuation(word, sink);
        }
        word.clear();
    }

    private static void splitOnPunctuation(TrackedText word, WordSink sink) {
        int from = 0;
        for (int i = 0; i < word.length(); i++) {
            if (CodePoints.isPunctuation(word.codePoint(i))) {
                if (from < i) {
                    sink.word(word, from, i);
                }
                sink.word(word, i, i + 1);
                from = i + 1;
            }
        }
        if (from < word.length()) {
            sink.word(word, from, word.length());
        }
    }

    /**
     * Lower-cases, decomposes (NFD) and drops the non-spacing marks, whose place in the text then belongs to the
     * character before them.
     *
     * <p>One code point at a time keeps track of the source. It leaves out only NFD's sorting of adjacent marks, and once
     * category Mn has gone that concerns only misordered pairs of a few spacing marks (musical stems, Hangul tones,
     * viramas of a few scripts).
     */
    private static void normalize(TrackedText word, TrackedText normalized) {
        for (int i = 0; i < word.length(); i++) {
            int lower = LowerCase.of(word, i);
            int start = word.start(i);
            int end = word.end(i);
            if (CodePoints.isItsOwnDecomposition(lower)) {
                appendUnlessMark(lower, start, end, normalized);
            } else {
                Normalizer.normalize(Character.toString(lower), Normalizer.Form.NFD)
                        .codePoints()
                        .forEach(part -> appendUnlessMark(part, start, end, normalized));
            }
        }
    }

    private static void appendUnlessMark(int codePoint, int start, int end, TrackedText normalized) {
        if (Character.getType(codePoint) == Character.NON_SPACING_MARK) {
            normalized.extendLast(end);
        } else {
            normalized.append(codePoint, start, end);
        }
    }

    /** White space, and the two separators that Python's {@code str.split()} takes for white space as well. */
    private static boolean separatesWords(int codePoint) {
        return CodePoints.isWhiteSpace(codePoint) || codePoint == '\u2028' || codePoint == '\u2029';
    }

    private static boolean isDropped(int codePoint) {
        return codePoint == 0xFFFD || CodePoints.isControl(codePoint);
    }
}
