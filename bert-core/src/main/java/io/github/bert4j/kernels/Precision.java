package io.github.bert4j.kernels;

/** In which numbers matrix products are computed. Everything else is float32 in any case. */
public enum Precision {
    /** float32 throughout. */
    FLOAT32,
    /**
     * The factors of dense layers' products are rounded to bfloat16 (8 bits of precision), forward and backward; their
     * sums are float32. About twice as fast, on CPUs that have instructions for it.
     */
    BF16,
    /**
     * The factors of an encoder's products are rounded to whole numbers of 8 bits, when a model predicts: each column of a
     * weight, and each row of what it is multiplied with, relative to its largest number. Their sums are exact; a row's result
     * does not depend on other rows. Heads, normalization and attention are float32. Three to five times as fast as
     * {@link #FLOAT32} on CPUs that have instructions for it (AVX512-VNNI).
     */
    INT8
}
