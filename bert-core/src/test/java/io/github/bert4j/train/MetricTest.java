package io.github.bert4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.IntValues;
import org.junit.jupiter.api.Test;

class MetricTest {

    @Test
    void accuracyComparesProbabilitiesWithFloatLabels() {
        Metric.Tally tally = Metric.accuracy().start();
        tally.add(new FloatValues(new float[] {0.9f, 0.2f, 0.6f}, 3, 1), new FloatValues(new float[] {1, 0, 0}, 3, 1));
        assertEquals(2 / 3.0, tally.value());
        // One half is not above one half.
        tally.add(new FloatValues(new float[] {0.5f}, 1, 1), new FloatValues(new float[] {0}, 1, 1));
        assertEquals(3 / 4.0, tally.value());
    }

    @Test
    void accuracyComparesTheMostProbableClassWithClassLabels() {
        Metric.Tally tally = Metric.accuracy().start();
        FloatValues p = new FloatValues(
                new float[] {
                    0.1f, 0.7f, 0.2f, //
                    0.5f, 0.3f, 0.2f, //
                    0.1f, 0.1f, 0.8f, //
                    0.9f, 0.05f, 0.05f
                },
                4,
                3);
        tally.add(p, IntValues.of(1, 0, 0, 0));
        assertEquals(3 / 4.0, tally.value());
    }

    @Test
    void accuracyDoesNotCountClassesBelowZero() {
        Metric.Tally tally = Metric.accuracy().start();
        FloatValues p = new FloatValues(new float[] {0.9f, 0.1f, 0.9f, 0.1f, 0.2f, 0.8f, 0.2f, 0.8f}, 2, 2, 2);
        tally.add(p, new IntValues(new int[] {0, -1, 0, -1}, 2, 2));
        assertEquals(1 / 2.0, tally.value());
    }

    @Test
    void accuracyCountsElementsAndNotBatches() {
        Metric.Tally tally = Metric.accuracy().start();
        tally.add(new FloatValues(new float[] {1, 1, 1}, 3), new FloatValues(new float[] {1, 1, 1}, 3));
        tally.add(new FloatValues(new float[] {1}, 1), new FloatValues(new float[] {0}, 1));
        assertEquals(3 / 4.0, tally.value());
    }

    @Test
    void accuracyOfNothingIsNoNumber() {
        Metric metric = Metric.accuracy();
        assertEquals("accuracy", metric.name());
        assertTrue(Double.isNaN(metric.start().value()));
        Metric.Tally tally = metric.start();
        tally.add(new FloatValues(new float[] {0.9f, 0.1f}, 1, 2), IntValues.of(-1));
        assertTrue(Double.isNaN(tally.value()));
    }
}
