package io.github.bert4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LearningRateScheduleTest {

    @Test
    void twoPhaseRisesInTheFirstEpochFallsInTheSecondAndStays() {
        LearningRateSchedule schedule = LearningRateSchedule.twoPhase(5e-5, 1e-5, 4);
        double[] expected = {1.25e-5, 2.5e-5, 3.75e-5, 5e-5, 4e-5, 3e-5, 2e-5, 1e-5, 1e-5, 1e-5};
        assertArrayEquals(expected, rates(schedule, 10), 1e-18);
        assertEquals(1e-5, schedule.at(1_000_000));
    }

    @Test
    void twoPhaseWithOneStepPerEpochStartsAtThePeak() {
        assertArrayEquals(new double[] {1, 0.5, 0.5}, rates(LearningRateSchedule.twoPhase(1, 0.5, 1), 3));
    }

    @Test
    void warmUpIsThatOfBert() {
        LearningRateSchedule schedule = LearningRateSchedule.warmUpThenLinearDecay(2e-5, 2, 10);
        double[] expected = {0, 1e-5, 1.6e-5, 1.4e-5, 1.2e-5, 1e-5, 0.8e-5, 0.6e-5, 0.4e-5, 0.2e-5, 0, 0};
        assertArrayEquals(expected, rates(schedule, 12), 1e-18);
    }

    @Test
    void withoutWarmUpOnlyDecays() {
        assertArrayEquals(
                new double[] {1, 0.75, 0.5, 0.25, 0},
                rates(LearningRateSchedule.warmUpThenLinearDecay(1, 0, 4), 5),
                1e-15);
    }

    @Test
    void constantIsConstant() {
        assertArrayEquals(new double[] {3e-5, 3e-5, 3e-5}, rates(LearningRateSchedule.constant(3e-5), 3));
    }

    @Test
    void cosineFallsFromTheInitialRateToTheEnd() {
        // cos of 0°, 45°, 90°, 135° and 180°
        double half = Math.sqrt(0.5);
        double[] expected = {5, 3 + 2 * half, 3, 3 - 2 * half, 1, 1, 1};
        assertArrayEquals(expected, rates(LearningRateSchedule.cosineDecay(5, 1, 4), 7), 1e-14);
    }

    @Test
    void cosineIsThatOfKeras() {
        double alpha = 0.1;
        int steps = 37;
        double[] expected = LongStream.range(0, 50)
                .mapToDouble(step -> {
                    double cosine = 0.5 * (1 + Math.cos(Math.PI * Math.min(step, steps) / steps));
                    return 2e-5 * ((1 - alpha) * cosine + alpha);
                })
                .toArray();
        assertArrayEquals(expected, rates(LearningRateSchedule.cosineDecay(2e-5, alpha * 2e-5, steps), 50), 1e-18);
    }

    @Test
    void polynomialFallsByItsPower() {
        assertArrayEquals(
                new double[] {5, 1 + 4 * 0.5625, 2, 1.25, 1, 1},
                rates(LearningRateSchedule.polynomialDecay(5, 1, 2, 4), 6),
                1e-14);
        assertArrayEquals(
                new double[] {1, Math.sqrt(0.75), Math.sqrt(0.5), 0.5, 0, 0},
                rates(LearningRateSchedule.polynomialDecay(1, 0, 0.5, 4), 6),
                1e-14);
    }

    @Test
    void warmUpRisesToTheFirstRateAndThenStartsTheSchedule() {
        LearningRateSchedule schedule =
                LearningRateSchedule.polynomialDecay(8, 0, 1, 4).afterWarmUp(4);
        assertArrayEquals(new double[] {0, 2, 4, 6, 8, 6, 4, 2, 0, 0}, rates(schedule, 10), 1e-14);
        assertArrayEquals(
                new double[] {8, 4, 0},
                rates(LearningRateSchedule.polynomialDecay(8, 0, 1, 2).afterWarmUp(0), 3));
    }

    @Test
    void refusesRatesAndStepsThatMakeNoSense() {
        assertThrows(IllegalArgumentException.class, () -> LearningRateSchedule.twoPhase(-1, 0, 10));
        assertThrows(IllegalArgumentException.class, () -> LearningRateSchedule.twoPhase(1, Double.NaN, 10));
        assertThrows(IllegalArgumentException.class, () -> LearningRateSchedule.twoPhase(1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> LearningRateSchedule.warmUpThenLinearDecay(1, 10, 10));
        assertThrows(IllegalArgumentException.class, () -> LearningRateSchedule.warmUpThenLinearDecay(1, -1, 10));
        assertThrows(IllegalArgumentException.class, () -> LearningRateSchedule.constant(-1));
        assertThrows(IllegalArgumentException.class, () -> LearningRateSchedule.cosineDecay(1, -1, 10));
        assertThrows(IllegalArgumentException.class, () -> LearningRateSchedule.cosineDecay(1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> LearningRateSchedule.polynomialDecay(1, 0, 0, 10));
        LearningRateSchedule schedule = LearningRateSchedule.constant(1);
        assertThrows(IllegalArgumentException.class, () -> schedule.afterWarmUp(-1));
    }

    private static double[] rates(LearningRateSchedule schedule, int steps) {
        return LongStream.range(0, steps).mapToDouble(schedule::at).toArray();
    }
}
