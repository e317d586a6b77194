package io.github.bert4j.text;

import io.github.bert4j.tokenize.Encoding;
import java.util.Arrays;
import java.util.Optional;

/**
 * Neighbouring tokens of a text.
 *
 * @param start the first of them
 * @param end the last of them, not the one behind it
 */
public record TokenSpan(int start, int end) {
    public TokenSpan {
        if (start < 0 || end < start) {
            throw new IllegalArgumentException(
                    "A span from token %d to %d: expected a start of at least 0, and no end before it"
                            .formatted(start, end));
        }
    }

    /**
     * The tokens that have a share in a stretch of a text; empty if there are none.
     *
     * @param first token that may be among them
     * @param last token that may be among them
     * @param start of the stretch, in UTF-16 units
     * @param end of the stretch, in UTF-16 units, exclusive
     */
    public static Optional<TokenSpan> covering(Encoding encoding, int first, int last, int start, int end) {
        int from = first;
        while (from <= last && encoding.end(from) <= start) {
            from++;
        }
        int to = last;
        while (to >= from && encoding.start(to) >= end) {
            to--;
        }
        return from > to ? Optional.empty() : Optional.of(new TokenSpan(from, to));
    }

    /**
     * The first place where some tokens occur one after the other within others.
     *
     * @param tokens ids, [length]
     * @param sought ids; nothing is found if there are none
     * @param from where the search starts
     */
    public static Optional<TokenSpan> firstMatch(int[] tokens, int[] sought, int from) {
        if (sought.length == 0) {
            return Optional.empty();
        }
        for (int start = from; start + sought.length <= tokens.length; start++) {
            if (Arrays.equals(tokens, start, start + sought.length, sought, 0, sought.length)) {
                return Optional.of(new TokenSpan(start, start + sought.length - 1));
            }
        }
        return Optional.empty();
    }
}
