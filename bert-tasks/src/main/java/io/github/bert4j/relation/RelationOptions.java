package io.github.bert4j.relation;

import io.github.bert4j.bert.BertConfig;
import io.github.bert4j.ops.Gelu;

/**
 * How a {@link RelationExtractor} is trained and how it decides; start from {@link #DEFAULTS}, the original recipe's
 * settings.
 *
 * @param maxTrainingLength characters read of each text in training, fewer if the model has fewer positions; predictions
 *     see whole texts
 * @param batchSize texts per step
 * @param learningRate the peak at the end of the first epoch; in the second it falls to a fifth and stays there
 * @param thresholds what counts as found
 * @param gelu which GELU the checkpoint was trained with
 * @param seed the same seed gives the same run
 */
public record RelationOptions(
        int maxTrainingLength, int batchSize, double learningRate, Thresholds thresholds, Gelu gelu, long seed) {
    public static final RelationOptions DEFAULTS =
            new RelationOptions(160, 32, 5e-5, Thresholds.DEFAULTS, BertConfig.DEFAULT_GELU, 42);

    public RelationOptions {
        if (maxTrainingLength < 1 || batchSize < 1 || !(learningRate > 0)) {
            throw new IllegalArgumentException(
                    "Max training length %d, batch size %d, learning rate %s: expected all of them to be positive"
                            .formatted(maxTrainingLength, batchSize, learningRate));
        }
    }

    public RelationOptions withMaxTrainingLength(int characters) {
        return new RelationOptions(characters, batchSize, learningRate, thresholds, gelu, seed);
    }

    public RelationOptions withBatchSize(int texts) {
        return new RelationOptions(maxTrainingLength, texts, learningRate, thresholds, gelu, seed);
    }

    public RelationOptions withLearningRate(double peak) {
        return new RelationOptions(maxTrainingLength, batchSize, peak, thresholds, gelu, seed);
    }

    public RelationOptions withThresholds(Thresholds probabilities) {
        return new RelationOptions(maxTrainingLength, batchSize, learningRate, probabilities, gelu, seed);
    }

    public RelationOptions withGelu(Gelu variant) {
        return new RelationOptions(maxTrainingLength, batchSize, learningRate, thresholds, variant, seed);
    }

    public RelationOptions withSeed(long number) {
        return new RelationOptions(maxTrainingLength, batchSize, learningRate, thresholds, gelu, number);
    }
}
