package io.github.bert4j.kernels;

/** In which numbers matrix products are computed. Weights, sums and everything else are float32 in any case. */
public enum Precision {
    /** float32 throughout. */
    FLOAT32,
    /**
     * The factors of dense layers' products are rounded to bfloat16 (8 bits of precision), forward and backward; their
     * sums are float32. About twice as fast, on CPUs that have instructions for it.
     */
    BF16
}
