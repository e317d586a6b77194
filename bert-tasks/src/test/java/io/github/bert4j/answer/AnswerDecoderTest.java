package io.github.bert4j.answer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bert4j.data.FloatValues;
import io.github.bert4j.models.Prediction;
import io.github.bert4j.text.TextWindows;
import io.github.bert4j.text.Window;
import io.github.bert4j.tokenize.OurTokenizer;
import io.github.bert4j.tokenize.Vocabulary;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Logits made by hand. Tokens: 0 is [CLS], 1 the question, 2 [SEP], 3 the passage's first character. */
class AnswerDecoderTest {
    private static final OurTokenizer TOKENIZER =
            OurTokenizer.cased(Vocabulary.of(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]")));
    private static final AnswerHead HEAD = new AnswerHead(true, 3, 100);

    /** Windows abcd, cdef, efgh: 8 tokens each. */
    private static final String LONG = "abcdefgh";

    @Test
    void takesTheBestStretchRatherThanTheBestStartAndTheBestEnd() {
        // c has the best start, a the best end: a to a is 1 + 7, c to d is 7 + 2.
        assertEquals(Optional.of("cd"), answer(HEAD, "abcd", said("___1_7__", "___7__2_")));
    }

    @Test
    void givesNoAnswerLongerThanThoseItLearned() {
        Prediction ends = said("___9____", "______9_");
        assertEquals(Optional.of("a"), answer(new AnswerHead(true, 3, 100), "abcd", ends));
        assertEquals(Optional.of("abcd"), answer(new AnswerHead(true, 4, 100), "abcd", ends));
    }

    @Test
    void givesNoAnswerIfTheClassificationTokenIsBetterInEveryWindow() {
        Prediction none = said("5_______", "5_______");
        Prediction weak = said("2___2___", "2____1__");
        assertEquals(Optional.empty(), answer(HEAD, "abcd", none));
        assertEquals(Optional.empty(), answer(HEAD, LONG, none, none, none));
        // 3 against 4 in its own window
        assertEquals(Optional.empty(), answer(HEAD, LONG, none, weak, none));
        // 4 against 4: a tie is an answer
        Prediction tie = said("2___2___", "2____2__");
        assertEquals(Optional.of("de"), answer(HEAD, LONG, none, tie, none));
        // Training data without such questions
        assertEquals(Optional.of("de"), answer(new AnswerHead(false, 3, 100), LONG, none, weak, none));
    }

    /** 9 against 8 in the first window, 5 against 2 in the second. */
    @Test
    void comparesWindowsByWhatTheySayAgainstNoAnswer() {
        Prediction first = said("4___5___", "4___4___");
        Prediction second = said("1___3___", "1___2___");
        Prediction zero = said("________", "________");
        assertEquals(Optional.of("d"), answer(HEAD, LONG, first, second, zero));
        assertEquals(Optional.of("d"), answer(new AnswerHead(false, 3, 100), LONG, first, second, zero));
    }

    @Test
    void passesOverStretchesThatTouchACut() {
        // c to d reaches the end of abcd, and is seen whole nowhere better; b to c is away from it.
        Prediction first = said("____53__", "_____39_");
        Prediction zero = said("________", "________");
        assertEquals(Optional.of("bc"), answer(HEAD, LONG, first, zero, zero));
        // Where the passage itself ends nothing is cut.
        Prediction last = said("_____5__", "______9_");
        assertEquals(Optional.of("gh"), answer(HEAD, LONG, zero, zero, last));
    }

    @Test
    void findsNothingInAnEmptyPassage() {
        assertEquals(Optional.empty(), answer(HEAD, "", said("____", "____")));
    }

    @Test
    void tellsThePlaceAndTheProbability() {
        List<Window> windows = new TextWindows(TOKENIZER, 8).ofSecond("问", "𠮷b");
        PassageAnswer answer = new AnswerDecoder(HEAD)
                .decode("𠮷b", windows, List.of(said("___1__", "____2_")))
                .orElseThrow();
        assertEquals(new TextPlace("𠮷b", 0, 3), new TextPlace(answer.text(), answer.start(), answer.end()));
        double start = Math.exp(1) / (Math.exp(1) + 2 * Math.exp(0));
        double end = Math.exp(2) / (Math.exp(2) + 2 * Math.exp(0));
        assertEquals(start * end, answer.probability(), 1e-6);
    }

    private record TextPlace(String text, int start, int end) {}

    private static Optional<String> answer(AnswerHead head, String passage, Prediction... logits) {
        List<Window> windows = new TextWindows(TOKENIZER, 8).ofSecond("问", passage);
        assertEquals(windows.size(), logits.length);
        return new AnswerDecoder(head)
                .decode(passage, windows, Arrays.asList(logits))
                .map(PassageAnswer::text);
    }

    /** A digit is a logit, _ is 0, and what is neither passage nor [CLS] is ruled out. */
    private static Prediction said(String starts, String ends) {
        return new Prediction(List.of(logits(starts), logits(ends)));
    }

    private static FloatValues logits(String digits) {
        float[] values = new float[digits.length()];
        for (int i = 0; i < values.length; i++) {
            char digit = digits.charAt(i);
            values[i] = i == 1 || i == 2 || i == values.length - 1 ? -1e10f : digit == '_' ? 0 : digit - '0';
        }
        return FloatValues.of(values);
    }
}
