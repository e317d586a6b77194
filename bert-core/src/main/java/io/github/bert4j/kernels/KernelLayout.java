package io.github.bert4j.kernels;

/** Which axis of a dense kernel is which. */
public enum KernelLayout {
    /** [in, out], as TensorFlow stores kernels. */
    IN_OUT,
    /** [out, in], as word embeddings that also serve as the output layer, and PyTorch's kernels, are stored. */
    OUT_IN
}
