package io.github.bert4j.kernels.onednn;

import io.github.bert4j.kernels.NativeMemory;
import io.github.bert4j.kernels.Threads;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;
import org.bytedeco.dnnl.engine;
import org.nd4j.nativeblas.NativeOpsHolder;

/** Shares work out among threads, each of which computes in a {@link Workspace} of its own meanwhile. */
final class Sharing implements AutoCloseable {
    private final engine engine;
    private final Workers workers = new Workers();

    /** As many as there were calls at a time. */
    private final Deque<Workspace> idle = new ConcurrentLinkedDeque<>();

    private volatile boolean closed;

    Sharing(engine engine) {
        this.engine = engine;
    }

    Workers workers() {
        return workers;
    }

    /** Has so many threads at most do some work, which shares itself out. */
    void together(int threads, Consumer<Workspace> work) {
        workers.together(threads, () -> withWorkspace(work));
    }

    /** A task with a workspace of the thread that has taken it. */
    interface Task {
        void run(Workspace own, int number);
    }

    void share(int tasks, Task task) {
        Workers.Tasks left = new Workers.Tasks(tasks);
        together(Math.min(tasks, Threads.inUse()), own -> left.take(number -> task.run(own, number)));
    }

    /** A part of an array. */
    interface Part {
        void run(Workspace own, long start, long size);
    }

    void inBlocks(long count, Part part) {
        Blocks blocks = new Blocks(count, Loops.SHARE);
        share(blocks.count(), (own, task) -> part.run(own, blocks.start(task), blocks.sizeOf(task)));
    }

    /** On one thread; work is shared among ours alone, since others that wait for it would hold them up. */
    void withWorkspace(Consumer<Workspace> call) {
        if (closed) {
            throw new IllegalStateException("These kernels are closed: they can no longer compute");
        }
        // OpenMP keeps the number per calling thread; ND4J's function sets that of the runtime it shares with oneDNN.
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
        Workspace leased = idle.poll();
        Workspace workspace = leased == null ? new Workspace(engine, workers, Workspace.USUAL_CAPACITY) : leased;
        try {
            NativeMemory.allocate(() -> {
                call.accept(workspace);
                return workspace;
            });
        } finally {
            idle.push(workspace);
        }
    }

    @Override
    public void close() {
        closed = true;
        workers.close();
        idle.forEach(Workspace::close);
        idle.clear();
    }
}
