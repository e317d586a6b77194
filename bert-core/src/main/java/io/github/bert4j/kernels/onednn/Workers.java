package io.github.bert4j.kernels.onednn;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * Threads that help whoever has work for several. The caller works as well; it takes task after task as they do, and waits for
 * none that has not begun, so that a helper whom the system leaves no processor delays nobody.
 *
 * <p>A model's steps are short: a helper without work keeps looking for some for a while, since to be woken takes longer than
 * many a step. It ends after a second of idleness, and another takes its place when there is work.
 */
final class Workers implements AutoCloseable {
    private static final long AWAKE_NANOS = 100_000;
    private static final long ALIVE_NANOS = 1_000_000_000;

    private final Queue<Job> open = new ConcurrentLinkedQueue<>();
    private final List<Helper> helpers = new ArrayList<>();
    private volatile List<Helper> alive = List.of();
    private volatile boolean closed;

    /**
     * Runs tasks of about the same size, each once. Where one fails, this fails when the others have ended.
     *
     * @param threads that take part at most, the caller's included
     */
    void share(int tasks, int threads, IntConsumer task) {
        Tasks left = new Tasks(tasks);
        together(Math.min(tasks, threads), () -> left.take(task));
    }

    /** Has the caller do some work, and up to so many others at the same time. The work shares itself out. */
    void together(int threads, Runnable work) {
        if (threads == 1) {
            work.run();
            return;
        }
        Job job = new Job(threads - 1, work);
        open.add(job);
        wake(threads - 1);
        job.run();
        open.remove(job);
        job.end();
    }

    private void wake(int count) {
        List<Helper> there = alive;
        if (there.size() < count) {
            there = begin(count);
        }
        int left = count;
        for (Helper helper : there) {
            if (left-- > 0 && helper.parked) {
                LockSupport.unpark(helper);
            }
        }
    }

    private synchronized List<Helper> begin(int count) {
        while (helpers.size() < count && !closed) {
            Helper helper = new Helper();
            helpers.add(helper);
            helper.start();
        }
        alive = List.copyOf(helpers);
        return alive;
    }

    private synchronized void leave(Helper helper) {
        helpers.remove(helper);
        alive = List.copyOf(helpers);
    }

    /** Lets the helpers end. */
    @Override
    public void close() {
        closed = true;
        alive.forEach(LockSupport::unpark);
    }

    private final class Helper extends Thread {
        private volatile boolean parked;

        Helper() {
            super("bert4j-helper");
            setDaemon(true);
        }

        @Override
        public void run() {
            long idleSince = System.nanoTime();
            while (!closed) {
                if (help()) {
                    idleSince = System.nanoTime();
                    continue;
                }
                long idle = System.nanoTime() - idleSince;
                if (idle < AWAKE_NANOS) {
                    Thread.onSpinWait();
                } else if (idle < ALIVE_NANOS) {
                    parked = true;
                    if (open.isEmpty() && !closed) {
                        LockSupport.parkNanos(this, ALIVE_NANOS - idle);
                    }
                    parked = false;
                    Thread.interrupted();
                } else {
                    break;
                }
            }
            leave(this);
        }

        private boolean help() {
            for (Job job : open) {
                if (job.join()) {
                    job.help();
                    return true;
                }
            }
            return false;
        }
    }

    /** Numbered from 0; each is taken by one of the threads that share them. */
    static final class Tasks {
        private final int count;
        private final AtomicInteger next = new AtomicInteger();

        Tasks(int count) {
            this.count = count;
        }

        /** Takes one after the other until none is left. */
        void take(IntConsumer task) {
            for (int number = next.getAndIncrement(); number < count; number = next.getAndIncrement()) {
                task.accept(number);
            }
        }
    }

    /** Work under way. */
    private static final class Job {
        private static final int ENDED = -1;

        private final Runnable work;
        private final Thread caller = Thread.currentThread();

        /** How many more may join; {@link #ENDED} when none may. */
        private final AtomicInteger room;

        private final AtomicInteger helping = new AtomicInteger();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();

        Job(int helpers, Runnable work) {
            this.room = new AtomicInteger(helpers);
            this.work = work;
        }

        boolean join() {
            int left = room.get();
            if (left <= 0) {
                return false;
            }
            helping.incrementAndGet();
            if (room.compareAndSet(left, left - 1)) {
                return true;
            }
            leave();
            return false;
        }

        void help() {
            run();
            leave();
        }

        private void leave() {
            if (helping.decrementAndGet() == 0) {
                LockSupport.unpark(caller);
            }
        }

        void run() {
            try {
                work.run();
            } catch (RuntimeException | Error failed) {
                failure.compareAndSet(null, failed);
            }
        }

        /** Called by the caller when it has nothing more to do. */
        void end() {
            room.set(ENDED);
            long since = System.nanoTime();
            boolean interrupted = false;
            while (helping.get() > 0) {
                if (System.nanoTime() - since < AWAKE_NANOS) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.park(this);
                    interrupted |= Thread.interrupted();
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            if (failure.get() instanceof Error error) {
                throw error;
            }
            if (failure.get() instanceof RuntimeException exception) {
                throw exception;
            }
        }
    }
}
