/**
 * What training needs besides a model: losses, optimizers, learning rates, metrics and callbacks.
 *
 * <p>Start with {@link io.github.bert4j.train.Loss} and {@link io.github.bert4j.train.Adam}:
 *
 * <pre>{@code
 * model.compile(Loss.binaryCrossEntropy(), new Adam(1e-5), Metric.accuracy());
 * }</pre>
 *
 * <p>Trap: the cross-entropies work on the logits behind a sigmoid or softmax activation, so the last layer must have
 * that activation, and nothing may come after it.
 */
package io.github.bert4j.train;
