package io.github.bert4j.train;

/**
 * Has every sample go through the model twice, under different dropout, and the two answers become alike. To the mean loss
 * of both passes comes {@code alpha / 4} times the Kullback-Leibler divergences of one answer from the other and back,
 * averaged over the samples: half of the paper's loss, so that learning rates stay as they are. Loss and metrics are
 * without it. A step takes the time and memory of a batch twice as large.
 *
 * <p>For models whose outputs are probabilities [batch, classes], from a softmax or from sigmoids.
 *
 * <p>Source: Liang et al., "R-Drop: Regularized Dropout for Neural Networks", equations 1 to 4.
 *
 * @param alpha such as 4
 */
public record RDrop(double alpha) implements Technique {

    /** @throws IllegalArgumentException if alpha is not positive */
    public RDrop {
        if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("R-Drop with alpha " + alpha + ": expected more than 0, such as 4");
        }
    }
}
