package io.github.bert4j.answer;

import java.util.OptionalInt;

/**
 * What somebody answered who read the passage.
 *
 * @param start where it stands in the passage, in UTF-16 units; empty if it does not stand there word for word, so that it
 *     can be compared with, but not learned
 */
public record KnownAnswer(String text, OptionalInt start) {

    /** An answer that stands in a passage, in several places perhaps: the one nearest to where it is said to be. */
    public static KnownAnswer nearest(String passage, String text, int place) {
        int after = passage.indexOf(text, place);
        int before = passage.lastIndexOf(text, place);
        int nearest = after < 0 || before >= 0 && place - before < after - place ? before : after;
        return new KnownAnswer(text, nearest < 0 ? OptionalInt.empty() : OptionalInt.of(nearest));
    }
}
