package io.github.bert4j.answer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.bert4j.data.IntValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.text.TokenSpan;
import io.github.bert4j.tokenize.OurTokenizer;
import io.github.bert4j.tokenize.Vocabulary;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class AnswerTrainingSetTest {
    /** 12 tokens at once: with a question of one character, 8 of the passage; questions of up to 4. */
    private static final QuestionWindows WINDOWS = new QuestionWindows(
            OurTokenizer.cased(Vocabulary.of(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b", "𠮷"))), 12);

    @Test
    void marksTheAnswerInEveryWindowThatShowsItAndTheClassificationTokenInOthers() {
        // Windows: places 0 to 8, 4 to 12, 8 to 16.
        AnswerTrainingSet set = AnswerTrainingSet.of(List.of(question("a", "𠮷aaaaabbaaaaaaaa", "bb")), WINDOWS);
        // [CLS] a [SEP], then 𠮷aaaaabb, aabbaaaa and aaaaaaaa
        assertEquals(List.of(List.of(9, 10), List.of(5, 6), List.of(0, 0)), spans(set));
        assertEquals(List.of(new TokenSpan(9, 10), new TokenSpan(5, 6)), set.answers());
        Sample first = set.samples().get(0);
        assertEquals(
                IntValues.of(2, 4, 3, 6, 4, 4, 4, 4, 4, 5, 5, 3), first.inputs().get(0));
        assertEquals(
                IntValues.of(0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1), first.inputs().get(1));
        assertEquals(Optional.empty(), set.defects());
    }

    @Test
    void teachesTheClassificationTokenWhereThereIsNoAnswer() {
        AnswerTrainingSet set = AnswerTrainingSet.of(List.of(question("a", "bbb")), WINDOWS);
        assertEquals(List.of(List.of(0, 0)), spans(set));
        assertEquals(1, set.unanswerable());
    }

    @Test
    void learnsTheFirstAnswerThatStandsInThePassage() {
        AnswerTrainingSet set = AnswerTrainingSet.of(List.of(question("a", "abab", "x", "ba", "b")), WINDOWS);
        assertEquals(List.of(List.of(4, 5)), spans(set));
    }

    @Test
    void countsWhatItDoesNotLearn() {
        AnswerTrainingSet set = AnswerTrainingSet.of(
                List.of(
                        question("a", "abab", "x"),
                        question("a", "bbbbbbbbbbbb", "bbbbbbbbb"),
                        question("aaaaa", "b", "b"),
                        question("aaaa", "b", "b")),
                WINDOWS);
        assertEquals(List.of(List.of(6, 6), List.of(6, 6)), spans(set));
        assertEquals(
                Optional.of(
                        "of 4 questions, left out 1 without an answer that stands in the passage and 1 with one too long for what is read at once; of 1 only the first characters are read"),
                set.defects());
    }

    @Test
    void refusesNothing() {
        assertThrows(IllegalArgumentException.class, () -> AnswerTrainingSet.of(List.of(), WINDOWS));
    }

    @Test
    void findsTheAnswerNearestToWhereItIsSaidToBe() {
        assertEquals(OptionalInt.of(2), KnownAnswer.nearest("abab", "ab", 2).start());
        assertEquals(OptionalInt.of(2), KnownAnswer.nearest("abab", "ab", 3).start());
        assertEquals(OptionalInt.of(0), KnownAnswer.nearest("ab..ab", "ab", 1).start());
        assertEquals(OptionalInt.of(4), KnownAnswer.nearest("ab..ab", "ab", 3).start());
        assertEquals(OptionalInt.of(4), KnownAnswer.nearest("ab..ab", "ab", 99).start());
        assertEquals(OptionalInt.empty(), KnownAnswer.nearest("abab", "c", 0).start());
    }

    private static List<List<Integer>> spans(AnswerTrainingSet set) {
        List<List<Integer>> spans = new ArrayList<>();
        for (Sample sample : set.samples()) {
            spans.add(List.of(
                    ((IntValues) sample.inputs().get(2)).get(0),
                    ((IntValues) sample.inputs().get(3)).get(0)));
        }
        return spans;
    }

    private static LabelledQuestion question(String question, String passage, String... answers) {
        return new LabelledQuestion(
                "1",
                new PassageQuestion(question, passage),
                List.of(answers).stream()
                        .map(answer -> KnownAnswer.nearest(passage, answer, 0))
                        .toList());
    }
}
