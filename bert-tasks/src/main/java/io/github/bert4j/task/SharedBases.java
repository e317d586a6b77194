package io.github.bert4j.task;

import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.kernels.Precision;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Loads bundles so that those of adapters of the same base share it; all others have a BERT of their own. */
public final class SharedBases implements AutoCloseable {
    private final Precision precision;
    private final Map<String, Base> bases = new LinkedHashMap<>();

    /** @param precision of matrix products */
    public SharedBases(Precision precision) {
        this.precision = precision;
    }

    /**
     * Loads a bundle.
     *
     * @throws io.github.bert4j.bundle.BundleException if it is damaged, or its base is not where it was
     */
    public TrainedTask<?> load(Bundle bundle) throws IOException {
        if (bundle.adapter().isEmpty()) {
            return load(TaskType.of(bundle), bundle);
        }
        Base base = bases.get(bundle.baseChecksum());
        if (base == null) {
            base = Base.of(bundle, precision);
            bases.put(base.checksum(), base);
        }
        return base.load(bundle);
    }

    private <S, M extends TaskModel<S, ?, ?>> TrainedTask<S> load(TaskType<S, ?, M> type, Bundle bundle)
            throws IOException {
        return new TrainedTask<>(type, type.load(bundle, precision));
    }

    /** Loads nothing more; the bases stay in memory for the models on them. */
    @Override
    public void close() {
        bases.values().forEach(Base::close);
    }
}
