package io.github.bert4j.kernels.onednn;

import io.github.bert4j.kernels.Kernels;
import io.github.bert4j.kernels.PortableKernels;
import io.github.bert4j.kernels.Precision;

/** The fastest kernels that this machine can run. */
public final class MachineKernels {
    private MachineKernels() {}

    /** Those of float32; the caller closes them. */
    public static Kernels open() {
        return open(Precision.FLOAT32);
    }

    /**
     * Those of a precision; the caller closes them.
     *
     * @throws IllegalArgumentException if the machine cannot compute in it
     */
    public static Kernels open(Precision precision) {
        OneDnn.require(precision);
        return OneDnn.isAvailable() ? new OneDnnKernels(precision) : new PortableKernels();
    }
}
