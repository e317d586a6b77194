package io.github.bert4j.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The matrix of a dense layer.
 *
 * @param values as the layout says
 * @param fixed whether the values stay as they are until {@link Kernels#weightsChanged}, so that a rounded copy of them may be
 *     kept
 * @param coarse whether it stands the 8 bits of {@link Precision#INT8}
 */
public record DenseKernel(INDArray values, KernelLayout layout, boolean fixed, boolean coarse) {

    /** One that may change at any time. */
    public static DenseKernel changing(INDArray values, KernelLayout layout) {
        return new DenseKernel(values, layout, false, false);
    }
}
