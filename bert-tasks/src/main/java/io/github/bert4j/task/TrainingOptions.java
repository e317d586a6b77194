package io.github.bert4j.task;

import io.github.bert4j.bert.BertConfig;
import io.github.bert4j.bundle.TrainedWith;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.kernels.Precision;
import io.github.bert4j.tokenize.Tokenization;
import java.util.Optional;

/**
 * How a task is trained; start from the task's {@code DEFAULTS}, the settings of the original recipe.
 *
 * @param maxLength tokens read of each text in training, of which a Chinese character is one; special ones come on top, except
 *     in pre-training
 * @param batchSize texts per step
 * @param learningRate where the task changes it while training: the peak
 * @param gelu which GELU the checkpoint was trained with; empty to believe its files
 * @param tokenization how texts are read; empty for the recipe's tokens, and letters as the checkpoint needs them
 * @param precision of matrix products
 * @param tuning what else differs from the recipe
 * @param seed the same seed gives the same run
 */
public record TrainingOptions(
        int maxLength,
        int batchSize,
        double learningRate,
        Optional<Gelu> gelu,
        Optional<Tokenization> tokenization,
        Precision precision,
        Tuning tuning,
        long seed) {

    public TrainingOptions {
        if (maxLength < 1 || batchSize < 1 || !(learningRate > 0)) {
            throw new IllegalArgumentException(
                    "Max length %d, batch size %d, learning rate %s: expected all of them to be positive"
                            .formatted(maxLength, batchSize, learningRate));
        }
    }

    /** The settings that tasks differ in; all others are the same for every task. */
    public static TrainingOptions of(int maxLength, int batchSize, double learningRate) {
        return new TrainingOptions(
                maxLength,
                batchSize,
                learningRate,
                Optional.empty(),
                Optional.empty(),
                Precision.FLOAT32,
                Tuning.NONE,
                42);
    }

    public TrainingOptions withMaxLength(int tokens) {
        return new TrainingOptions(tokens, batchSize, learningRate, gelu, tokenization, precision, tuning, seed);
    }

    public TrainingOptions withBatchSize(int texts) {
        return new TrainingOptions(maxLength, texts, learningRate, gelu, tokenization, precision, tuning, seed);
    }

    public TrainingOptions withLearningRate(double rate) {
        return new TrainingOptions(maxLength, batchSize, rate, gelu, tokenization, precision, tuning, seed);
    }

    public TrainingOptions withGelu(Gelu variant) {
        return new TrainingOptions(
                maxLength, batchSize, learningRate, Optional.of(variant), tokenization, precision, tuning, seed);
    }

    public TrainingOptions withTokenization(Tokenization ofTexts) {
        return new TrainingOptions(
                maxLength, batchSize, learningRate, gelu, Optional.of(ofTexts), precision, tuning, seed);
    }

    /** Unsupported precision fails when the model is created. */
    public TrainingOptions withPrecision(Precision ofProducts) {
        return new TrainingOptions(maxLength, batchSize, learningRate, gelu, tokenization, ofProducts, tuning, seed);
    }

    public TrainingOptions withTuning(Tuning other) {
        return new TrainingOptions(maxLength, batchSize, learningRate, gelu, tokenization, precision, other, seed);
    }

    public TrainingOptions withSeed(long number) {
        return new TrainingOptions(maxLength, batchSize, learningRate, gelu, tokenization, precision, tuning, number);
    }

    /** What a bundle keeps of them: a tuning is not kept. */
    TrainedWith settings() {
        return new TrainedWith(maxLength, batchSize, learningRate, seed);
    }

    /** The most tokens of a text that a model reads at once besides [CLS] and [SEP]. */
    public static int longest(BertConfig config) {
        return config.longestInput() - 2;
    }

    /** The same with what a bundle kept. */
    TrainingOptions with(TrainedWith settings) {
        return withMaxLength(settings.maxLength())
                .withBatchSize(settings.batchSize())
                .withLearningRate(settings.learningRate())
                .withSeed(settings.seed());
    }
}
