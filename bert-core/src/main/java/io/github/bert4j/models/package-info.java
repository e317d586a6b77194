/**
 * Models: views of a graph from inputs to outputs, which can be compiled, fitted, evaluated and asked.
 *
 * <p>Start with {@link io.github.bert4j.models.Model}:
 *
 * <pre>{@code
 * var model = Model.of(tokens, segments).to(p)
 *         .compile(Loss.binaryCrossEntropy(), new Adam(1e-5), Metric.accuracy());
 * History history = model.fit(train, 5, validation);
 * }</pre>
 *
 * <p>Trap: weights are saved by name, and names number layers in the order in which they are first applied. A program
 * that loads weights must build its layers in the same order as the one that saved them.
 */
package io.github.bert4j.models;
