package io.github.bert4j.models;

import io.github.bert4j.train.AdversarialTraining;
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
 */
record Techniques(
        int batchesPerUpdate,
        Optional<MovingAverage> average,
        Optional<AdversarialTraining> adversary,
        Optional<RDrop> rDrop,
        OnNonFinite onNonFinite) {
    static final Techniques NONE = of(List.of());

    /** @throws IllegalArgumentException if there are two of a kind */
    static Techniques of(List<Technique> techniques) {
        return new Techniques(
                only(techniques, GradientAccumulation.class)
                        .map(GradientAccumulation::batches)
                        .orElse(1),
                only(techniques, MovingAverage.class),
                only(techniques, AdversarialTraining.class),
                only(techniques, RDrop.class),
                only(techniques, OnNonFinite.class).orElse(OnNonFinite.STOP));
    }

    /** Those that decide what is computed. */
    String settings() {
        return "%d batches per step, average %s, adversary %s, R-Drop %s"
                .formatted(
                        batchesPerUpdate,
                        average.map(MovingAverage::decay),
                        adversary.map(fgm -> fgm.table().name() + " " + fgm.epsilon()),
                        rDrop.map(RDrop::alpha));
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
