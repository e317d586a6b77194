package io.github.bert4j.train;

import java.util.function.DoubleUnaryOperator;

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

    /**
     * The fall of a half cosine: {@code end + (initial - end) · (1 + cos(π · n / steps)) / 2} in step {@code n}, then the end.
     *
     * <p>Source: Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", equation 5; Keras'
     * {@code CosineDecay}, whose {@code alpha} is {@code end / initial}.
     *
     * @param steps that the fall takes
     * @throws IllegalArgumentException if a rate is negative or not a number, or there is no step
     */
    static LearningRateSchedule cosineDecay(double initial, double end, long steps) {
        return decay(initial, end, steps, done -> (1 + Math.cos(Math.PI * done)) / 2);
    }

    /**
     * {@code end + (initial - end) · (1 - n / steps)^power} in step {@code n}, then the end: a straight line for power 1,
     * steeper at first for a larger one.
     *
     * <p>Source: Keras' {@code PolynomialDecay}, and {@code tf.train.polynomial_decay}, which BERT is trained with.
     *
     * @param power mostly 1; more than 0
     * @param steps that the fall takes
     * @throws IllegalArgumentException if a rate is negative or not a number, the power is not positive, or there is no
     *     step
     */
    static LearningRateSchedule polynomialDecay(double initial, double end, double power, long steps) {
        if (!(power > 0 && power < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("A decay of power " + power + ": expected more than 0, such as 1");
        }
        return decay(initial, end, steps, done -> Math.pow(1 - done, power));
    }

    /**
     * A straight rise from 0 to this schedule's first rate, then this schedule from its beginning, as Keras'
     * {@code CosineDecay} warms up. The whole takes {@code warmUpSteps} more than this schedule:
     *
     * <pre>{@code
     * cosineDecay(5e-5, 0, steps - warmUpSteps).afterWarmUp(warmUpSteps)
     * }</pre>
     *
     * @param warmUpSteps mostly a tenth of all; 0 for none
     * @throws IllegalArgumentException if they are negative
     */
    default LearningRateSchedule afterWarmUp(long warmUpSteps) {
        requireSteps("to warm up", warmUpSteps, 0);
        return step -> step < warmUpSteps ? at(0) * step / warmUpSteps : at(step - warmUpSteps);
    }

    /** @param left what is left of the difference between the rates, from 1 to 0, by the fraction of steps done */
    private static LearningRateSchedule decay(double initial, double end, long steps, DoubleUnaryOperator left) {
        requireRate(initial);
        requireRate(end);
        requireSteps("to decay", steps, 1);
        return step -> end + (initial - end) * left.applyAsDouble((double) Math.min(step, steps) / steps);
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
