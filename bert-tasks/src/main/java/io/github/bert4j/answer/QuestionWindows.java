package io.github.bert4j.answer;

import io.github.bert4j.text.TextWindows;
import io.github.bert4j.text.Window;
import io.github.bert4j.tokenize.Tokenizer;
import java.util.List;
import java.util.stream.IntStream;

/** Questions as the model reads them: {@code [CLS] question [SEP] part of the passage [SEP]}. */
final class QuestionWindows {
    /** {@code max_query_length} of Google's {@code run_squad.py}. */
    private static final int LONGEST_QUESTION = 64;

    private static final int SPECIAL_TOKENS = 3;

    private final TextWindows windows;
    private final int longestQuestion;

    /**
     * @param maximumLength tokens that the model reads at once
     * @throws IllegalArgumentException if they are too few for a question and a passage
     */
    QuestionWindows(Tokenizer tokenizer, int maximumLength) {
        int room = maximumLength - SPECIAL_TOKENS;
        if (room < 2 * SPECIAL_TOKENS) {
            throw new IllegalArgumentException(
                    "%d tokens are read at once: expected at least %d, for a question, a passage and what separates them"
                            .formatted(maximumLength, 3 * SPECIAL_TOKENS));
        }
        this.windows = new TextWindows(tokenizer, maximumLength);
        this.longestQuestion = Math.min(LONGEST_QUESTION, room / 2);
    }

    /** One or more; of a question that is too long, the end is not read. */
    List<Window> of(PassageQuestion question) {
        String text = question.question();
        String read = isCut(question) ? text.substring(0, text.offsetByCodePoints(0, longestQuestion)) : text;
        return windows.ofSecond(read, question.passage());
    }

    /** Which tokens are of the passage, 1 or 0: segments, or where a tokenizer has none, the texts that tokens are of. */
    static int[] segments(Window window) {
        int[] segments = window.encoding().segments();
        if (IntStream.of(segments).anyMatch(segment -> segment == 1)) {
            return segments;
        }
        return IntStream.range(0, segments.length)
                .map(token -> window.encoding().text(token) == 1 ? 1 : 0)
                .toArray();
    }

    /** Whether a question is too long to be read as a whole. */
    boolean isCut(PassageQuestion question) {
        String text = question.question();
        return text.codePointCount(0, text.length()) > longestQuestion;
    }
}
