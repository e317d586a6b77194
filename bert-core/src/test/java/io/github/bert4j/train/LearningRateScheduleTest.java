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
    void refusesRatesAndStepsThatMakeNoSense() {
        assertThrows(IllegalArgumentException.class, () -> LearningRateSchedule.twoPhase(-1, 0, 10));
        assertThrows(IllegalArgumentException.class, () -> LearningRateSchedule.twoPhase(1, Double.NaN, 10));
        assertThrows(IllegalArgumentException.class, () -> LearningRateSchedule.twoPhase(1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> LearningRateSchedule.warmUpThenLinearDecay(1, 10, 10));
        assertThrows(IllegalArgumentException.class, () -> LearningRateSchedule.warmUpThenLinearDecay(1, -1, 10));
    }

    private static double[] rates(LearningRateSchedule schedule, int steps) {
        return LongStream.range(0, steps).mapToDouble(schedule::at).toArray();
    }
}
