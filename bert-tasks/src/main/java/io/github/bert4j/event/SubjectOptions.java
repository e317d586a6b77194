package io.github.bert4j.event;

import io.github.bert4j.bert.BertConfig;
import io.github.bert4j.ops.Gelu;

/**
 * How a {@link SubjectExtractor} is trained; start from {@link #DEFAULTS}, the original recipe's settings.
 *
 * @param maxLength characters read of each text in training; prediction reads all of them
 * @param batchSize texts per step
 * @param learningRate reached at the end of the first epoch; a fifth of it from the third epoch on
 * @param gelu which GELU the checkpoint was trained with
 * @param seed the same seed gives the same run
 */
public record SubjectOptions(int maxLength, int batchSize, double learningRate, Gelu gelu, long seed) {
    public static final SubjectOptions DEFAULTS = new SubjectOptions(128, 32, 5e-5, BertConfig.DEFAULT_GELU, 42);

    /** The recipe's number of times to go through the training data. */
    public static final int DEFAULT_EPOCHS = 10;

    public SubjectOptions {
        if (maxLength < 1 || batchSize < 1 || !(learningRate > 0)) {
            throw new IllegalArgumentException(
                    "Max length %d, batch size %d, learning rate %s: expected all of them to be positive"
                            .formatted(maxLength, batchSize, learningRate));
        }
    }

    public SubjectOptions withMaxLength(int characters) {
        return new SubjectOptions(characters, batchSize, learningRate, gelu, seed);
    }

    public SubjectOptions withBatchSize(int texts) {
        return new SubjectOptions(maxLength, texts, learningRate, gelu, seed);
    }

    public SubjectOptions withLearningRate(double peak) {
        return new SubjectOptions(maxLength, batchSize, peak, gelu, seed);
    }

    public SubjectOptions withGelu(Gelu variant) {
        return new SubjectOptions(maxLength, batchSize, learningRate, variant, seed);
    }

    public SubjectOptions withSeed(long number) {
        return new SubjectOptions(maxLength, batchSize, learningRate, gelu, number);
    }
}
