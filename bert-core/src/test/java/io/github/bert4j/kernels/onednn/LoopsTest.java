package io.github.bert4j.kernels.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoopsTest {
    /** Else the arrays of those still at work would be freed under them. */
    @Test
    void failsWhenNoThreadIsAtWorkAnyMore() {
        CountDownLatch bothAtWork = new CountDownLatch(2);
        AtomicInteger atWork = new AtomicInteger();
        OutOfMemoryError failure = assertThrows(
                OutOfMemoryError.class,
                () -> Loops.onThreads(2, thread -> {
                    atWork.incrementAndGet();
                    bothAtWork.countDown();
                    waitFor(bothAtWork, 1000);
                    if (thread == 0) {
                        atWork.decrementAndGet();
                        throw new OutOfMemoryError("none left");
                    }
                    waitFor(new CountDownLatch(1), 100);
                    atWork.decrementAndGet();
                }));
        assertEquals("none left", failure.getMessage());
        assertEquals(0, atWork.get());
    }

    private static void waitFor(CountDownLatch latch, long milliseconds) {
        try {
            latch.await(milliseconds, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
