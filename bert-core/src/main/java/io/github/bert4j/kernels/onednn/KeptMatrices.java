package io.github.bert4j.kernels.onednn;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** Rounded copies of weights, shared by all threads: made by whoever needs one first, kept until weights change. */
final class KeptMatrices {
    private final engine engine;
    private final ReadWriteLock inUse = new ReentrantReadWriteLock();

    /** By where the weight lies. */
    private final Map<Long, memory> copies = new ConcurrentHashMap<>();

    private final Map<Long, QuantizedMatrix> quantized = new ConcurrentHashMap<>();

    /** By their three sizes. */
    private final Map<List<Long>, QuantizedLayout> layouts = new ConcurrentHashMap<>();

    KeptMatrices(engine engine) {
        this.engine = engine;
    }

    /** To be held while copies are used: none is freed meanwhile. */
    Lock use() {
        return inUse.readLock();
    }

    /** The copy of a matrix; the caller holds {@link #use}. */
    Pointer rounded(Workspace workspace, Pointer matrix, long count) {
        return copies.computeIfAbsent(matrix.address(), address -> {
                    memory copy = new memory(Layouts.bytes(count * Rounding.BYTES), engine);
                    workspace.run(new Rounding(count), matrix, copy.get_data_handle());
                    return copy;
                })
                .get_data_handle();
    }

    /** The copy in 8 bits of a matrix [in, out]; the caller holds {@link #use}. */
    QuantizedMatrix quantized(Workspace workspace, FloatPointer matrix, long in, long out) {
        return quantized.computeIfAbsent(matrix.address(), address -> {
            return QuantizedMatrix.of(
                    workspace,
                    engine,
                    matrix,
                    out,
                    columns -> layouts.computeIfAbsent(
                            List.of(in, columns, out), sizes -> QuantizedLayout.of(engine, in, columns, out)));
        });
    }

    /** Frees everything. */
    void close() {
        forget();
        layouts.values().forEach(QuantizedLayout::close);
        layouts.clear();
    }

    /** Frees all copies as soon as nobody uses them. */
    void forget() {
        if (copies.isEmpty() && quantized.isEmpty()) {
            return;
        }
        inUse.writeLock().lock();
        try {
            copies.values().forEach(Pointer::close);
            copies.clear();
            quantized.values().forEach(QuantizedMatrix::close);
            quantized.clear();
        } finally {
            inUse.writeLock().unlock();
        }
    }
}
