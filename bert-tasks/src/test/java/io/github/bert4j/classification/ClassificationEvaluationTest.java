package io.github.bert4j.classification;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.bert4j.score.ConfusionMatrix;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClassificationEvaluationTest {

    @Test
    void countsOneLabelPerText() {
        // scikit-learn's example of f1_score: macro 0.26…, micro 0.33…
        String[] gold = {"0", "1", "2", "0", "1", "2"};
        String[] predicted = {"0", "2", "1", "0", "0", "1"};
        var evaluation = ClassificationEvaluation.of(
                List.of(gold).stream()
                        .map(label -> LabelledInput.of(label, "x"))
                        .toList(),
                List.of(predicted).stream()
                        .map(label -> new Classification(List.of(label), Map.of(label, 1.0)))
                        .toList());
        assertEquals(6, evaluation.samples());
        assertEquals(2 / 6.0, evaluation.accuracy());
        assertEquals(2 / 6.0, evaluation.microF1(), 1e-15);
        assertEquals(0.8 / 3, evaluation.macroF1(), 1e-15);
        ConfusionMatrix confusion = evaluation.confusion().orElseThrow();
        assertArrayEquals(new int[][] {{2, 0, 0}, {1, 0, 1}, {0, 2, 0}}, confusion.counts());
        assertEquals(
                List.of("accuracy", "microF1", "macroF1"),
                List.copyOf(evaluation.metrics().keySet()));
    }

    @Test
    void countsSeveralLabelsPerTextAndNone() {
        var evaluation = ClassificationEvaluation.of(
                List.of(text("a", "b"), text("a"), text(), text("c")),
                List.of(answer("a"), answer("b", "a"), answer(), answer()));
        // a: 2 of 2 and 2; b: 0 of 1 and 1; c: 0 of 0 and 1.
        assertEquals(1 / 4.0, evaluation.accuracy());
        assertEquals(2 * 2 / (3 + 4.0), evaluation.microF1());
        assertEquals(1 / 3.0, evaluation.macroF1());
        assertEquals(Optional.empty(), evaluation.confusion());
    }

    @Test
    void measuresNothingOfNothing() {
        assertEquals(
                0,
                ClassificationEvaluation.of(List.of(text()), List.of(answer())).macroF1());
        assertThrows(IllegalArgumentException.class, () -> ClassificationEvaluation.of(List.of(), List.of()));
        assertThrows(
                IllegalArgumentException.class,
                () -> ClassificationEvaluation.of(List.of(text()), List.of(answer(), answer())));
    }

    private static LabelledInput text(String... labels) {
        return new LabelledInput(Set.of(labels), TextInput.of("x"));
    }

    private static Classification answer(String... labels) {
        return new Classification(List.of(labels), Map.of());
    }
}
