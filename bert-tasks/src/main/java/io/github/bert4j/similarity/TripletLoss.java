package io.github.bert4j.similarity;

import io.github.bert4j.graph.Tensor;
import io.github.bert4j.train.LossTerm;

/**
 * The mean of {@code max(0, |q - t| - |q - n| + margin)}: a query's vector is to be closer to that of a similar text than to that
 * of another one.
 *
 * <p>Source: Schroff et al., "FaceNet: A Unified Embedding for Face Recognition and Clustering", 3.1; Reimers and Gurevych,
 * "Sentence-BERT", 3; {@code TripletLoss} of UKPLab/sentence-transformers.
 *
 * @param margin in the vectors' own units
 */
public record TripletLoss(double margin) {
    /** That of sentence-transformers. */
    public static final TripletLoss DEFAULT = new TripletLoss(5);

    /** What PyTorch adds to each difference, so that the gradient is finite where two vectors are the same. */
    private static final double EPSILON = 1e-6;

    /** @throws IllegalArgumentException if the margin is not a number above 0 */
    public TripletLoss {
        if (!(margin > 0 && margin < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("A margin of " + margin + ": expected more than 0, such as 5");
        }
    }

    /**
     * The loss of a batch.
     *
     * @param queries vectors, [batch, size]
     * @param texts similar to them, likewise
     * @param others that are not, likewise
     * @param input any input of the batch, by which its rows are counted
     */
    public LossTerm term(Tensor queries, Tensor texts, Tensor others, Tensor input) {
        Tensor losses = distance(queries, texts)
                .minus(distance(queries, others))
                .plus(margin)
                .relu();
        return LossTerm.perSample(losses, input);
    }

    private static Tensor distance(Tensor a, Tensor b) {
        return a.minus(b).plus(EPSILON).square().sum(1).sqrt();
    }
}
