package io.github.bert4j.graph;

import io.github.bert4j.graph.Graph.Work;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** Who uses a graph's memory: it stays until the last of them is done, and none disturbs another. */
final class Access {
    private final Runnable free;
    /** Held shared by all that read weights, alone by what changes them or the graph. */
    private final ReadWriteLock content = new ReentrantReadWriteLock();

    private final ReentrantLock training = new ReentrantLock();
    private int users;
    private boolean closed;

    /** @param free called once it is closed and nobody uses it, perhaps again when it is closed again */
    Access(Runnable free) {
        this.free = free;
    }

    <T, E extends Exception> T using(Work<T, E> work) throws E {
        begin();
        try {
            return work.call();
        } finally {
            end();
        }
    }

    <T, E extends Exception> T reading(Work<T, E> work) throws E {
        return using(() -> locked(content.readLock(), work));
    }

    /** As {@link #reading}, for someone whose use has begun, after which it may have been closed. */
    <T, E extends Exception> T lent(Work<T, E> work) throws E {
        return locked(content.readLock(), work);
    }

    <T, E extends Exception> T changing(Work<T, E> work) throws E {
        return using(() -> locked(content.writeLock(), work));
    }

    <T, E extends Exception> T training(Work<T, E> work) throws E {
        if (!training.tryLock()) {
            throw new IllegalStateException(
                    "Another thread is training these weights: wait until it is done, or stop it by a callback");
        }
        try {
            return using(work);
        } finally {
            training.unlock();
        }
    }

    /** Starts a use that ends with {@link #end}. */
    synchronized void begin() {
        requireOpen();
        users++;
    }

    synchronized void end() {
        users--;
        freeIfUnused();
    }

    synchronized void close() {
        closed = true;
        freeIfUnused();
    }

    synchronized void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The graph is closed, and all models on it: load or build them anew");
        }
    }

    private void freeIfUnused() {
        if (closed && users == 0) {
            free.run();
        }
    }

    private static <T, E extends Exception> T locked(Lock lock, Work<T, E> work) throws E {
        lock.lock();
        try {
            return work.call();
        } finally {
            lock.unlock();
        }
    }
}
