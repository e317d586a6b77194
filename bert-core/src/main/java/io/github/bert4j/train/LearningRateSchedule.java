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
        if (!(rate >= 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("Learning rate " + rate + ": expected 0 or more, such as 1e-5");
        }
        return step -> rate;
    }
}
