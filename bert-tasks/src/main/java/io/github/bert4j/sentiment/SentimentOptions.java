package io.github.bert4j.sentiment;

import io.github.bert4j.bert.BertConfig;
import io.github.bert4j.ops.Gelu;

/**
 * How a {@link SentimentClassifier} is trained; start from {@link #DEFAULTS}, the original recipe's settings.
 *
 * @param maxLength characters read of each text
 * @param batchSize texts per step
 * @param learningRate constant
 * @param gelu which GELU the checkpoint was trained with
 * @param seed the same seed gives the same run
 */
public record SentimentOptions(int maxLength, int batchSize, double learningRate, Gelu gelu, long seed) {
    public static final SentimentOptions DEFAULTS = new SentimentOptions(100, 32, 1e-5, BertConfig.DEFAULT_GELU, 42);

    public SentimentOptions {
        if (maxLength < 1 || batchSize < 1 || !(learningRate > 0)) {
            throw new IllegalArgumentException(
                    "Max length %d, batch size %d, learning rate %s: expected all of them to be positive"
                            .formatted(maxLength, batchSize, learningRate));
        }
    }

    public SentimentOptions withMaxLength(int characters) {
        return new SentimentOptions(characters, batchSize, learningRate, gelu, seed);
    }

    public SentimentOptions withBatchSize(int texts) {
        return new SentimentOptions(maxLength, texts, learningRate, gelu, seed);
    }

    public SentimentOptions withLearningRate(double rate) {
        return new SentimentOptions(maxLength, batchSize, rate, gelu, seed);
    }

    public SentimentOptions withGelu(Gelu variant) {
        return new SentimentOptions(maxLength, batchSize, learningRate, variant, seed);
    }

    public SentimentOptions withSeed(long number) {
        return new SentimentOptions(maxLength, batchSize, learningRate, gelu, number);
    }
}
