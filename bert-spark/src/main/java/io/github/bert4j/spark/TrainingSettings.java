package io.github.bert4j.spark;

import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.task.Tuning;
import java.io.Serializable;

/**
 * How workers train together; numbers that are 0 stand for the task's.
 *
 * @param batchSize texts per step, of all workers together
 * @param frozenLayers -1: everything is trained
 */
record TrainingSettings(
        int epochs,
        int batchSize,
        int maxLength,
        double learningRate,
        int frozenLayers,
        long seed,
        int checkpointSteps,
        int patienceSeconds)
        implements Serializable {

    TrainingOptions options(TrainingOptions defaults) {
        return defaults.withBatchSize(batchSize)
                .withMaxLength(maxLength == 0 ? defaults.maxLength() : maxLength)
                .withLearningRate(learningRate == 0 ? defaults.learningRate() : learningRate)
                .withSeed(seed);
    }

    Tuning tuning() {
        return frozenLayers < 0 ? Tuning.NONE : Tuning.NONE.withFrozenLayers(frozenLayers);
    }
}
