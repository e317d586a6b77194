package io.github.bert4j.train;

/** The learning rate of each step. */
@FunctionalInterface
public interface LearningRateSchedule {
    /** @param step training steps done before, from 0 */
    double at(long step);

    /** The same rate throughout. */
    static LearningRateSchedule constant(double rate) {
        return step -> rate;
    }
}
