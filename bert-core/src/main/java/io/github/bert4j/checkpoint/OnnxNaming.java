package io.github.bert4j.checkpoint;

import java.util.List;
import java.util.Optional;

/** Finds the names of an ONNX graph's weights: exporters lose many of them, but what is computed with a weight tells. */
@FunctionalInterface
public interface OnnxNaming {
    /** Leaves all as they are called. */
    OnnxNaming AS_THEY_ARE = operations -> Optional::of;

    /** The names of the weights that some operations compute with. */
    Names of(List<Operation> operations);

    /**
     * An operation of the graph.
     *
     * @param transB Gemm's attribute: its second input is stored [out, in]
     */
    record Operation(String operator, List<String> inputs, List<String> outputs, boolean transB) {}

    /** New names. */
    @FunctionalInterface
    interface Names {
        /** That of an initializer; empty if it is no weight, and is left out. */
        Optional<String> of(String initializer);

        /** Whether an initializer is a matrix stored [out, in], which is to be [in, out]. */
        default boolean isTransposed(String initializer) {
            return false;
        }
    }
}
