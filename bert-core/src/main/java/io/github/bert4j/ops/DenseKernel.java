package io.github.bert4j.ops;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The matrix of a dense layer.
 *
 * @param values as the layout says
 * @param fixed whether the values stay as they are until {@link Kernels#weightsChanged}, so that a rounded copy of them may be
 *     kept
 */
public record DenseKernel(INDArray values, KernelLayout layout, boolean fixed) {

    /** Fixed if the values are a weight's own, not a copy, and this is no training step. */
    static DenseKernel of(SDVariable variable, INDArray values, KernelLayout layout, Step step) {
        boolean weight = variable.getVariableType() == VariableType.VARIABLE && variable.getArr() == values;
        return new DenseKernel(values, layout, weight && !step.training());
    }

    /** One that may change at any time. */
    static DenseKernel changing(INDArray values, KernelLayout layout) {
        return new DenseKernel(values, layout, false);
    }
}
