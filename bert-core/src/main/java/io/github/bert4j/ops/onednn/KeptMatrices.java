package io.github.bert4j.ops.onednn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.Pointer;

/** Packed copies of weights, shared by all threads: made by whoever needs one first, kept until weights change. */
final class KeptMatrices implements AutoCloseable {
    private final engine engine;
    private final ReadWriteLock inUse = new ReentrantReadWriteLock();

    /** By where the weight lies, one copy for each layout that products have asked for. */
    private final Map<Long, List<Copy>> copies = new ConcurrentHashMap<>();

    private record Copy(memory.desc layout, memory memory) {}

    KeptMatrices(engine engine) {
        this.engine = engine;
    }

    /** To be held while copies are used: none is freed meanwhile. */
    Lock use() {
        return inUse.readLock();
    }

    /** The copy of a matrix; the caller holds {@link #use}. */
    Pointer packed(Workspace workspace, Packing packing, Pointer matrix) {
        List<Copy> ofMatrix = copies.computeIfAbsent(matrix.address(), address -> new ArrayList<>(1));
        synchronized (ofMatrix) {
            for (Copy copy : ofMatrix) {
                if (copy.layout().equals(packing.layout())) {
                    return copy.memory().get_data_handle();
                }
            }
            memory.desc layout = new memory.desc(packing.layout());
            memory memory = new memory(layout, engine);
            packing.reorder().run(workspace, matrix, memory.get_data_handle());
            ofMatrix.add(new Copy(layout, memory));
            return memory.get_data_handle();
        }
    }

    /** Frees all copies as soon as nobody uses them. */
    void forget() {
        if (copies.isEmpty()) {
            return;
        }
        inUse.writeLock().lock();
        try {
            for (List<Copy> ofMatrix : copies.values()) {
                for (Copy copy : ofMatrix) {
                    copy.memory().close();
                    copy.layout().close();
                }
            }
            copies.clear();
        } finally {
            inUse.writeLock().unlock();
        }
    }

    @Override
    public void close() {
        forget();
    }
}
