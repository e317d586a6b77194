/**
 * What all tasks have in common: how they are trained, and what code sees that trains any of them.
 *
 * <p>Start with {@link io.github.bert4j.task.TrainingOptions}:
 *
 * <pre>{@code
 * TrainingOptions options = SentimentClassifier.DEFAULTS.withLearningRate(5e-5).withSeed(7);
 * }</pre>
 *
 * <p>Trap: {@code gelu} must be what the checkpoint was trained with, which Google's files do not tell; the model works with
 * the other one, but worse.
 */
package io.github.bert4j.task;
