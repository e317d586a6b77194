package io.github.bert4j.train;

/**
 * One update for several batches, with the memory of one: n batches of b samples train as one of n·b does, with masks in
 * the loss too. The denominators of all of them are computed first, which needs labels only, and then each batch's
 * gradient is that of its numerators over these denominators. Dropout draws other masks than in one large batch.
 *
 * <p>A step is an update then: schedules and callbacks count {@code ⌈Dataset.steps() / batches⌉} per epoch. The last one
 * of an epoch may have fewer batches.
 *
 * @param batches per update
 */
public record GradientAccumulation(int batches) implements Technique {

    /** @throws IllegalArgumentException if there is no batch */
    public GradientAccumulation {
        if (batches < 1) {
            throw new IllegalArgumentException(batches + " batches per update: expected at least 1, such as 4");
        }
    }
}
