package io.github.bert4j.train;

/** The learning rate of each step. */
@FunctionalInterface
public interface LearningRateSchedule {
    /** @param step training steps done before, from 0 */
    double at(long step);

    /**
     * The same rate throughout.
     *
     * @throws IllegalArgumentException if it is negative or not a number
     */
    static LearningRateSchedule constant(double rate) {
        requireRate(rate);
        return step -> rate;
    }

    /**
     * A straight rise from 0 to the peak in the first epoch, a straight fall to the floor in the second, then the floor.
     * The peak is reached by the last step of the first epoch: step {@code n} has the rate that {@code n + 1} steps lead
     * to.
     *
     * @param stepsPerEpoch batches per epoch, as {@code Dataset.steps()} says
     * @throws IllegalArgumentException if a rate is negative or not a number, or there is no step
     */
    static LearningRateSchedule twoPhase(double peak, double floor, long stepsPerEpoch) {
        requireRate(peak);
        requireRate(floor);
        requireSteps("per epoch", stepsPerEpoch, 1);
        return step -> {
            double epochs = (step + 1.0) / stepsPerEpoch;
            if (step < stepsPerEpoch) {
                return epochs * peak;
            }
            return step < 2 * stepsPerEpoch ? (2 - epochs) * (peak - floor) + floor : floor;
        };
    }

    /**
     * BERT's own: {@code peak · n / warmUpSteps} in step {@code n} while warming up, so 0 in the first step, then
     * {@code peak · (1 - n / steps)}. The fall counts all steps, those of the warm-up included, so a warm-up of a
     * tenth leads to 0.9 of the peak.
     *
     * <p>Source: {@code create_optimizer} in {@code optimization.py} of google-research/bert.
     *
     * @param warmUpSteps mostly a tenth of all; 0 for none
     * @param steps of the whole training: epochs times {@code Dataset.steps()}; the rate is 0 from there on
     * @throws IllegalArgumentException if the peak is negative or not a number, a number of steps is negative, or there
     *     are not more steps than those of the warm-up
     */
    static LearningRateSchedule warmUpThenLinearDecay(double peak, long warmUpSteps, long steps) {
        requireRate(peak);
        requireSteps("to warm up", warmUpSteps, 0);
        requireSteps("in all", steps, warmUpSteps + 1);
        return step ->
                step < warmUpSteps ? peak * step / warmUpSteps : peak * (1 - (double) Math.min(step, steps) / steps);
    }

    private static void requireRate(double rate) {
        if (!(rate >= 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("Learning rate " + rate + ": expected 0 or more, such as 1e-5");
        }
    }

    private static void requireSteps(String what, long steps, long least) {
        if (steps < least) {
            throw new IllegalArgumentException("%d steps %s: expected at least %d".formatted(steps, what, least));
        }
    }
}
