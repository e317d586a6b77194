package io.github.bert4j.pretraining;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * A corpus's instances, epoch after epoch without end, made and shuffled anew in each; what comes at which place depends
 * on the seed only.
 */
final class InstanceStream {
    private final Corpus corpus;
    private final Objective objective;
    private final int maxLength;
    private final long seed;
    private List<Instance> epoch = List.of();
    private long number;
    private long start;

    /**
     * An instance that is due.
     *
     * @param seed of its masks
     */
    record Due(Instance instance, long seed) {}

    InstanceStream(Corpus corpus, Objective objective, int maxLength, long seed) {
        this.corpus = corpus;
        this.objective = objective;
        this.maxLength = maxLength;
        this.seed = seed;
    }

    /** Instances that follow each other; not before any that was asked for earlier. */
    List<Due> from(long first, int count) {
        List<Due> due = new ArrayList<>();
        for (long i = first; i < first + count; i++) {
            while (i >= start + epoch.size()) {
                start += epoch.size();
                nextEpoch();
            }
            due.add(new Due(epoch.get((int) (i - start)), seed * 31 + i));
        }
        return due;
    }

    private void nextEpoch() {
        long epochSeed = seed * 31 + number++;
        epoch = objective.instances(corpus, maxLength, new SplittableRandom(epochSeed));
        Collections.shuffle(epoch, new Random(epochSeed));
    }
}
