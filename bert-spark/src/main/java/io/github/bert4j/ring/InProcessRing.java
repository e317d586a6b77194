package io.github.bert4j.ring;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Workers that are threads of one process. */
public final class InProcessRing extends Ring {
    private final BlockingQueue<float[]> in;
    private final BlockingQueue<float[]> out;
    private final Duration patience;

    private InProcessRing(
            int rank, int workers, BlockingQueue<float[]> in, BlockingQueue<float[]> out, Duration patience) {
        super(rank, workers);
        this.in = in;
        this.out = out;
        this.patience = patience;
    }

    /**
     * So many workers, each for one thread.
     *
     * @param patience how long one waits for another
     */
    public static List<InProcessRing> of(int workers, Duration patience) {
        List<BlockingQueue<float[]>> queues = Stream.<BlockingQueue<float[]>>generate(LinkedBlockingQueue::new)
                .limit(workers)
                .toList();
        return IntStream.range(0, workers)
                .mapToObj(rank ->
                        new InProcessRing(rank, workers, queues.get(rank), queues.get((rank + 1) % workers), patience))
                .toList();
    }

    @Override
    void exchange(float[] values, int start, int count, float[] received, int expected) {
        out.add(Arrays.copyOfRange(values, start, start + count));
        float[] got;
        try {
            got = in.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Worker %d of %d was interrupted".formatted(rank(), workers()), e);
        }
        if (got == null) {
            throw new IllegalStateException(
                    "Worker %d of %d waited for the one before it for %d s: it has failed, or takes longer than expected"
                            .formatted(rank(), workers(), patience.toSeconds()));
        }
        if (got.length != expected) {
            throw new IllegalStateException(
                    "Worker %d of %d was given %d values, expected %d: all must train the same model on the same rows"
                            .formatted(rank(), workers(), got.length, expected));
        }
        System.arraycopy(got, 0, received, 0, expected);
    }
}
