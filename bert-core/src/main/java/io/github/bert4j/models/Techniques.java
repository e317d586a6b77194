package io.github.bert4j.models;

import io.github.bert4j.train.AdversarialTraining;
import io.github.bert4j.train.AllReduce;
import io.github.bert4j.train.DataParallel;
import io.github.bert4j.train.GradientAccumulation;
import io.github.bert4j.train.MovingAverage;
import io.github.bert4j.train.OnNonFinite;
import io.github.bert4j.train.RDrop;
import io.github.bert4j.train.Technique;
import java.util.List;
import java.util.Optional;

/**
 * At most one technique of each kind.
 *
 * @param batchesPerUpdate 1 without accumulation
 * @param worker {@link AllReduce#ALONE} without others
 */
record Techniques(
        int batchesPerUpdate,
        Optional<MovingAverage> average,
        Optional<AdversarialTraining> adversary,
        Optional<RDrop> rDrop,
        OnNonFinite onNonFinite,
        AllReduce worker) {
    static final Techniques NONE = of(List.of());

    /** @throws IllegalArgumentException if there are two of a kind, or some do not go together */
    static Techniques of(List<Technique> techniques) {
        Techniques chosen = new Techniques(
                only(techniques, GradientAccumulation.class)
                        .map(GradientAccumulation::batches)
                        .orElse(1),
                only(techniques, MovingAverage.class),
                only(techniques, AdversarialTraining.class),
                only(techniques, RDrop.class),
                only(techniques, OnNonFinite.class).orElse(OnNonFinite.STOP),
                only(techniques, DataParallel.class).map(DataParallel::worker).orElse(AllReduce.ALONE));
        if (chosen.worker().workers() > 1) {
            if (chosen.adversary().isPresent()) {
                throw new IllegalArgumentException(
                        "Adversarial training goes by the gradient of the whole batch, of which each of %d workers has a part: train without it, or alone"
                                .formatted(chosen.worker().workers()));
            }
            if (chosen.onNonFinite() == OnNonFinite.SKIP) {
                throw new IllegalArgumentException(
                        "One of %d workers cannot leave out a step that the others take: train with OnNonFinite.STOP, or alone"
                                .formatted(chosen.worker().workers()));
            }
        }
        return chosen;
    }

    /** Those that decide what is computed. */
    String settings() {
        return "%d batches per step, average %s, adversary %s, R-Drop %s, %d workers"
                .formatted(
                        batchesPerUpdate,
                        average.map(MovingAverage::decay),
                        adversary.map(fgm -> fgm.table().name() + " " + fgm.epsilon()),
                        rDrop.map(RDrop::alpha),
                        worker.workers());
    }

    private static <T extends Technique> Optional<T> only(List<Technique> techniques, Class<T> kind) {
        List<T> found =
                techniques.stream().filter(kind::isInstance).map(kind::cast).toList();
        if (found.size() > 1) {
            throw new IllegalArgumentException("Techniques " + techniques + ": expected at most one of each kind");
        }
        return found.stream().findFirst();
    }
}
