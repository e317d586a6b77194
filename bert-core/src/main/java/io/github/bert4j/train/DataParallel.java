package io.github.bert4j.train;

/**
 * Several processes train one model together: each has the whole model and all rows, takes its share of every batch, and
 * the gradients are added up, so that n of them train as one alone does, with masks in the loss too. The dataset's batch
 * is that of all workers together.
 *
 * <p>All of them make the same model from the same seed and fit it on the same rows for as many epochs. Losses and metrics are
 * those of all shares. Dropout draws other masks than in one process.
 *
 * <p>With {@link Checkpoints}, one worker saves every so many steps, and all go on from what it saved: the others are
 * given a copy in a directory of their own, and {@code Checkpoints.in} of that.
 *
 * <p>Trap: callbacks that stop training must do so on every worker at the same step.
 *
 * @param worker this one
 */
public record DataParallel(AllReduce worker) implements Technique {}
