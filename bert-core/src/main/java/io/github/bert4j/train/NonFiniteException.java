package io.github.bert4j.train;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** A step whose loss or gradients are not finite; the weights are those before it. */
public final class NonFiniteException extends ArithmeticException {
    private static final long serialVersionUID = 1;

    private final int epoch;
    private final long step;
    private final int[] rows;
    private final double learningRate;
    private final transient Path state;

    /**
     * @param what the number that is not finite, such as "The loss is NaN"
     * @param epoch from 1
     * @param step over all epochs, from 1
     * @param rows of the dataset, those of the step's batches
     * @param learningRate of the step
     * @param state the last one that was saved; null if there is none
     */
    public NonFiniteException(String what, int epoch, long step, int[] rows, double learningRate, Path state) {
        super(
                "%s in step %d, epoch %d, learning rate %s, rows %s of the dataset. The weights are those before that step; %s. Is a number of these rows wrong, or the learning rate too high?"
                        .formatted(
                                what,
                                step,
                                epoch,
                                learningRate,
                                Arrays.toString(rows),
                                state == null ? "no state was saved" : "the last state that was saved is " + state));
        this.epoch = epoch;
        this.step = step;
        this.rows = rows.clone();
        this.learningRate = learningRate;
        this.state = state;
    }

    /** From 1. */
    public int epoch() {
        return epoch;
    }

    /** Over all epochs, from 1. */
    public long step() {
        return step;
    }

    /** Rows of the dataset that the step's batches are made of. */
    public int[] rows() {
        return rows.clone();
    }

    /** That of the step; NaN if the optimizer tells none. */
    public double learningRate() {
        return learningRate;
    }

    /** The last state that was saved. */
    public Optional<Path> state() {
        return Optional.ofNullable(state);
    }
}
