package io.github.bert4j.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One of several dense layers on the same rows.
 *
 * @param bias [out]; null for none
 * @param y what is computed, [n, out]
 */
public record Projection(DenseKernel kernel, INDArray bias, INDArray y) {}
