package io.github.bert4j.kernels;

/**
 * The two activations that are both called "gelu"; a checkpoint's config does not say which one it was trained with.
 *
 * <p>Source: Hendrycks and Gimpel, "Gaussian Error Linear Units", section 2; {@code modeling.py} of google-research/bert.
 */
public enum Gelu {
    /** {@code 0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³)))}: Google's code since February 2019. */
    TANH,
    /** {@code x Φ(x) = 0.5 x (1 + erf(x / √2))}: Google's code before that, Hugging Face and BGE. */
    ERF
}
