package io.github.bert4j.kernels.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkersTest {
    private final Workers workers = new Workers();

    @AfterEach
    void close() {
        workers.close();
    }

    @RepeatedTest(5)
    void runEveryTaskOfEveryCallerOnce() throws InterruptedException {
        List<Thread> callers = new ArrayList<>();
        AtomicIntegerArray runs = new AtomicIntegerArray(4 * 1000 * 5);
        for (int caller = 0; caller < 4; caller++) {
            int first = caller * 5000;
            callers.add(new Thread(() -> {
                for (int round = 0; round < 1000; round++) {
                    int start = first + round * 5;
                    workers.share(5, 3, task -> runs.incrementAndGet(start + task));
                    for (int task = 0; task < 5; task++) {
                        assertEquals(1, runs.get(start + task));
                    }
                }
            }));
        }
        callers.forEach(Thread::start);
        for (Thread caller : callers) {
            caller.join();
        }
        for (int i = 0; i < runs.length(); i++) {
            assertEquals(1, runs.get(i));
        }
    }

    @Test
    void helpAtTheSameTime() {
        CountDownLatch bothAtWork = new CountDownLatch(2);
        workers.share(2, 2, task -> {
            bothAtWork.countDown();
            assertTrue(waitFor(bothAtWork, 10_000));
        });
    }

    @Test
    void helpAgainAfterTheyHaveEnded() throws InterruptedException {
        helpAtTheSameTime();
        Thread.sleep(1500);
        helpAtTheSameTime();
    }

    /** Else the arrays of those still at work would be freed under them. */
    @Test
    void failWhenNoThreadIsAtWorkAnyMore() {
        CountDownLatch bothAtWork = new CountDownLatch(2);
        AtomicInteger atWork = new AtomicInteger();
        OutOfMemoryError failure = assertThrows(
                OutOfMemoryError.class,
                () -> workers.share(2, 2, task -> {
                    atWork.incrementAndGet();
                    bothAtWork.countDown();
                    waitFor(bothAtWork, 10_000);
                    if (task == 0) {
                        atWork.decrementAndGet();
                        throw new OutOfMemoryError("none left");
                    }
                    waitFor(new CountDownLatch(1), 100);
                    atWork.decrementAndGet();
                }));
        assertEquals("none left", failure.getMessage());
        assertEquals(0, atWork.get());
    }

    @Test
    void keepAnInterruptionOfTheCallerForLater() {
        CountDownLatch bothAtWork = new CountDownLatch(2);
        CountDownLatch callerHasDone = new CountDownLatch(1);
        Thread caller = Thread.currentThread();
        workers.share(2, 2, task -> {
            bothAtWork.countDown();
            waitFor(bothAtWork, 10_000);
            if (Thread.currentThread() == caller) {
                callerHasDone.countDown();
            } else {
                waitFor(callerHasDone, 10_000);
                caller.interrupt();
                waitFor(new CountDownLatch(1), 100);
            }
        });
        assertTrue(Thread.interrupted());
    }

    private static boolean waitFor(CountDownLatch latch, long milliseconds) {
        try {
            return latch.await(milliseconds, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
