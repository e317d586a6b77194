package io.github.bert4j.joint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.bert4j.classification.Classification;
import io.github.bert4j.entity.Entity;
import io.github.bert4j.entity.LabelledText;
import io.github.bert4j.score.Score;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JointEvaluationTest {
    private static final Entity FIRST = new Entity("x", "a", 0, 1);
    private static final Entity SECOND = new Entity("y", "b", 1, 2);

    @Test
    void countsTextsOfWhichAllIsRight() {
        List<LabelledJointText> texts =
                List.of(text("p", FIRST, SECOND), text("p", FIRST), text("q", FIRST), text("q"), text("q", SECOND));
        JointEvaluation evaluation = JointEvaluation.of(
                texts,
                List.of(
                        answer("p", SECOND, FIRST), // in any order
                        answer("q", FIRST), // another class
                        answer("q", FIRST, SECOND), // an entity too many
                        answer("q"),
                        answer("q"))); // an entity too few
        assertEquals(2 / 5.0, evaluation.sentenceAccuracy());
        assertEquals(4 / 5.0, evaluation.classification().accuracy());
        assertEquals(new Score(4, 5, 5), evaluation.entities().score());
        assertEquals(
                Map.of("accuracy", 0.8, "precision", 0.8, "recall", 0.8, "f1", 0.8, "sentenceAccuracy", 0.4),
                evaluation.metrics());
    }

    @Test
    void refusesToMeasureNothing() {
        assertThrows(IllegalArgumentException.class, () -> JointEvaluation.of(List.of(), List.of()));
    }

    private static LabelledJointText text(String label, Entity... entities) {
        return new LabelledJointText(label, new LabelledText("ab", List.of(entities)));
    }

    private static JointAnswer answer(String label, Entity... entities) {
        return new JointAnswer(new Classification(List.of(label), Map.of(label, 1.0)), List.of(entities));
    }
}
