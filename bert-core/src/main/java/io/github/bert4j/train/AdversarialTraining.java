package io.github.bert4j.train;

import io.github.bert4j.graph.Weight;

/**
 * The fast gradient method on a table of embeddings: every batch's gradient is computed where the table is moved by
 * {@code epsilon · g / (‖g‖ + 1e-8)}, with g the table's gradient without that. As in bert4keras, the update has that gradient
 * alone, not the sum of both. Both passes have the same dropout; loss and metrics are those of the first. A step takes
 * about twice as long. Where gradients are accumulated, every batch has a g of its own.
 *
 * <pre>{@code
 * model.compile(loss, new Adam(2e-5)).with(new AdversarialTraining(bert.wordEmbeddings(), 0.5));
 * }</pre>
 *
 * <p>Source: Miyato, Dai and Goodfellow, "Adversarial Training Methods for Semi-Supervised Text Classification", section 3,
 * with one norm over the table; {@code adversarial_training} in the examples of bojone/bert4keras.
 *
 * @param table such as {@code bert.wordEmbeddings()}; it must be trained
 * @param epsilon the length of the perturbation, such as 0.5
 */
public record AdversarialTraining(Weight table, double epsilon) implements Technique {

    /** @throws IllegalArgumentException if epsilon is not positive */
    public AdversarialTraining {
        if (!(epsilon > 0 && epsilon < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "A perturbation of length " + epsilon + ": expected more than 0, such as 0.5");
        }
    }
}
