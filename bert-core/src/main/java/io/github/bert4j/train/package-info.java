/**
 * What training needs besides a model: losses, optimizers, learning rates, metrics and callbacks.
 *
 * <p>Start with {@link io.github.bert4j.train.Loss} and {@link io.github.bert4j.train.Adam}:
 *
 * <pre>{@code
 * model.compile(Loss.binaryCrossEntropy(), new Adam(1e-5), Metric.accuracy());
 * model.compile(loss, new AdamW(LearningRateSchedule.warmUpThenLinearDecay(2e-5, 100, 1000), 0.01));
 * model.compile(loss, new Adam(1e-5)).with(new GradientAccumulation(4), new MovingAverage(0.999));
 * model.fit(train, 20, validation, new EarlyStopping(Monitor.max("val_accuracy"), 3), new CsvLog(file));
 * }</pre>
 *
 * <p>Trap: the cross-entropies work on the logits behind a sigmoid or softmax activation, so the last layer must have
 * that activation, and nothing may come after it. Schedules count in steps, which are batches, not in epochs. Weight decay
 * leaves out biases and norms by the {@link io.github.bert4j.graph.Weight.Role} that their layer gave them, so a layer
 * of your own should give one.
 */
package io.github.bert4j.train;
