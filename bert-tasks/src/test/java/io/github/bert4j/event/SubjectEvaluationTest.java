package io.github.bert4j.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.bert4j.score.Score;
import io.github.bert4j.score.ScoreTable;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SubjectEvaluationTest {
    private static final List<LabelledEvent> ROWS = List.of(
            LabelledEvent.of("甲乙丙", "下滑", "甲"),
            LabelledEvent.of("甲乙丙", "下滑", "乙"),
            LabelledEvent.of("甲乙丙", "召回", "丙"),
            LabelledEvent.of("甲乙丙丁", "下滑", "丁"),
            LabelledEvent.of("甲", "其他", "NaN"),
            LabelledEvent.of("乙", "其他", "乙"));

    @Test
    void countsAnyAnswerOfTheSameTextAndTypeAsAnExactMatch() {
        // Both rows of the first event are answered 甲; 丙 is right for another type, 甲乙 only in part.
        SubjectEvaluation evaluation = evaluate("甲", "甲", "丙", "甲乙", "NaN", "NaN");
        assertEvaluation(4, 3 / 4.0, 2 / 4.0, 2, evaluation);
    }

    @Test
    void leavesRowsOfTypeOtherOutWhateverTheAnswer() {
        assertEvaluation(4, 3 / 4.0, 3 / 4.0, 2, evaluate("甲", "乙", "乙", "丁", "NaN", "NaN"));
        assertEvaluation(4, 3 / 4.0, 3 / 4.0, 2, evaluate("甲", "乙", "乙", "丁", "甲", "乙"));
    }

    @Test
    void takesNoAnswerForNaN() {
        List<LabelledEvent> rows = List.of(LabelledEvent.of("甲", "下滑", "NaN"), LabelledEvent.of("乙", "下滑", "乙"));
        assertEvaluation(2, 0.5, 0.5, 0, SubjectEvaluation.of(rows, List.of(Optional.empty(), Optional.empty())));
    }

    @Test
    void scoresEveryType() {
        assertEquals(
                List.of(
                        new ScoreTable.Row(1, "下滑", new Score(2, 3, 3)),
                        new ScoreTable.Row(2, "召回", new Score(1, 1, 1))),
                evaluate("甲", "甲", "丙", "甲乙", "NaN", "NaN").byType().rows());
    }

    @Test
    void needsAnAnswerForEveryRow() {
        List<Optional<Subject>> none = List.of();
        assertThrows(IllegalArgumentException.class, () -> SubjectEvaluation.of(ROWS, none));
    }

    private static void assertEvaluation(
            int samples, double exactMatch, double rowMatch, int skippedOther, SubjectEvaluation actual) {
        assertEquals(samples, actual.samples());
        assertEquals(exactMatch, actual.exactMatch());
        assertEquals(rowMatch, actual.rowMatch());
        assertEquals(skippedOther, actual.skippedOther());
    }

    private static SubjectEvaluation evaluate(String... answers) {
        return SubjectEvaluation.of(
                ROWS,
                Stream.of(answers)
                        .map(entity -> entity.equals("NaN")
                                ? Optional.<Subject>empty()
                                : Optional.of(new Subject(entity, 0, entity.length(), 1)))
                        .toList());
    }
}
