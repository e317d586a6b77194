package io.github.bert4j.ops;

import io.github.bert4j.kernels.Kernels;
import io.github.bert4j.kernels.Rotation;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Turns packed rows by their places, see {@link Rotation}: x [n, heads · size], places int32 [n] → [n, heads · size]. */
public final class RotaryOp extends GraphOp {
    private final Rotation rotation;
    private final boolean back;

    public RotaryOp(Rotation rotation, SDVariable x, SDVariable places) {
        this(rotation, false, x, places);
    }

    private RotaryOp(Rotation rotation, boolean back, SDVariable x, SDVariable places) {
        super(x, places);
        this.rotation = rotation;
        this.back = back;
    }

    public Rotation rotation() {
        return rotation;
    }

    @Override
    long[][] outputShapes(INDArray[] inputs) {
        return new long[][] {inputs[0].shape()};
    }

    @Override
    void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
        kernels.rotate(inputs[0], ints(inputs[1]), rotation, back, outputs[0]);
    }

    @Override
    SDVariable[] gradients(SDVariable[] outputGradients) {
        return new SDVariable[] {new RotaryOp(rotation, !back, outputGradients[0], arg(1)).output(), null};
    }
}
