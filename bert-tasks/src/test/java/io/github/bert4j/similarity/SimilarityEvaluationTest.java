package io.github.bert4j.similarity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class SimilarityEvaluationTest {

    @Test
    void correlatesRanks() {
        // Wikipedia's example of Spearman's coefficient: IQ and hours of television per week.
        double[] iq = {106, 100, 86, 101, 99, 103, 97, 113, 112, 110};
        double[] hours = {7, 27, 2, 50, 28, 29, 20, 12, 6, 17};
        assertEquals(-29 / 165.0, SimilarityEvaluation.of(iq, hours).spearman(), 1e-12);
    }

    @Test
    void givesEqualValuesTheMeanOfTheirRanks() {
        // Ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4: covariance 4.5, variances 4.5 and 5.
        double[] scores = {1, 2, 2, 3};
        double[] cosines = {-0.5, 0.1, 0.2, 0.9};
        var evaluation = SimilarityEvaluation.of(scores, cosines);
        assertEquals(4.5 / Math.sqrt(4.5 * 5), evaluation.spearman(), 1e-12);
        assertTrue(Double.isNaN(evaluation.accuracy()));
        assertEquals(List.of("spearman"), List.copyOf(evaluation.metrics().keySet()));
    }

    @Test
    void findsTheThresholdThatSeparatesBest() {
        var evaluation = SimilarityEvaluation.of(new double[] {0, 1, 0, 1, 1}, new double[] {0.1, 0.3, 0.4, 0.6, 0.9});
        assertEquals(0.8, evaluation.accuracy());
        assertEquals(0.2, evaluation.threshold(), 1e-12);
        assertEquals(5, evaluation.samples());
    }

    @Test
    void separatesNothingThatIsEqual() {
        var evaluation = SimilarityEvaluation.of(new double[] {0, 0, 1}, new double[] {0.5, 0.5, 0.5});
        assertEquals(2 / 3.0, evaluation.accuracy());
        assertTrue(evaluation.threshold() > 0.5);
        assertTrue(Double.isNaN(evaluation.spearman()));
    }

    @Test
    void refusesToMeasureNothing() {
        assertThrows(IllegalArgumentException.class, () -> SimilarityEvaluation.of(new double[0], new double[0]));
        assertThrows(IllegalArgumentException.class, () -> SimilarityEvaluation.of(new double[1], new double[2]));
    }
}
