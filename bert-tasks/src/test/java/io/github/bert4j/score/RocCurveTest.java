package io.github.bert4j.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.score.RocCurve.Point;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RocCurveTest {

    /** By hand: 0.9 +, 0.8 -, 0.7 + and 0.7 - together, 0.1 -. */
    @Test
    void hasAPointForEachThreshold() {
        RocCurve curve =
                RocCurve.of(new boolean[] {false, true, true, false, false}, new double[] {0.1, 0.9, 0.7, 0.8, 0.7});
        assertEquals(
                List.of(
                        new Point(0, 0),
                        new Point(0, 0.5),
                        new Point(1 / 3.0, 0.5),
                        new Point(2 / 3.0, 1),
                        new Point(1, 1)),
                curve.points());
        assertEquals(4.5 / 6, curve.area(), 1e-12);
    }

    /** Mann and Whitney's statistic: of all pairs of a positive and a negative text, those in order; ties are half a pair. */
    @Test
    void hasTheAreaThatPairsSay() {
        Random random = new Random(3);
        boolean[] positive = new boolean[400];
        double[] probabilities = new double[400];
        for (int i = 0; i < positive.length; i++) {
            positive[i] = random.nextInt(3) == 0;
            probabilities[i] = Math.round(20 * (0.7 * random.nextDouble() + (positive[i] ? 0.3 : 0))) / 20.0;
        }
        double inOrder = 0;
        long pairs = 0;
        for (int i = 0; i < positive.length; i++) {
            for (int j = 0; j < positive.length; j++) {
                if (positive[i] && !positive[j]) {
                    pairs++;
                    inOrder += probabilities[i] > probabilities[j] ? 1 : probabilities[i] == probabilities[j] ? 0.5 : 0;
                }
            }
        }
        double area = RocCurve.of(positive, probabilities).area();
        assertEquals(inOrder / pairs, area, 1e-12);
        assertTrue(area > 0.6 && area < 0.95, "area " + area);
    }

    @Test
    void refusesTextsOfOneKind() {
        assertTrue(assertThrows(
                        IllegalArgumentException.class, () -> RocCurve.of(new boolean[] {true}, new double[] {0.5}))
                .getMessage()
                .contains("1 positive and 0 negative"));
        assertThrows(
                IllegalArgumentException.class, () -> RocCurve.of(new boolean[] {true, false}, new double[] {0.5}));
    }
}
