package io.github.bert4j.kernels;

/**
 * The numbers of one update by {@link Kernels#adam}.
 *
 * @param rate the learning rate with the bias correction in it
 * @param beta1 decay of the mean of gradients
 * @param beta2 decay of the mean of squared gradients
 * @param epsilon added to the root
 * @param gradientFactor what gradients are multiplied by first; below 1 where their norm is clipped
 * @param decay the fraction of itself that a parameter loses beside
 */
public record AdamStep(double rate, double beta1, double beta2, double epsilon, double gradientFactor, double decay) {}
