package io.github.bert4j.serve;

import io.github.bert4j.task.Question;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has a model answer together what waits at the same time, by a thread of its own. */
final class Batcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Batcher.class);

    /** What proxies call a request whose client did not wait; nobody reads it. */
    private static final RefusedException GONE = new RefusedException(
            499, new Problem("The client did not wait", "one that does", "a closed connection", "Wait longer."));

    private final ServedModel model;
    private final Batching batching;
    private final ServerMetrics metrics;
    private final Queue<Waiting> queue = new ArrayDeque<>();
    private final Thread worker = new Thread(this::work, "bert4j-batches");
    private boolean closed;

    private record Waiting(Question question, BooleanSupplier isGone, CompletableFuture<Object> answer) {}

    Batcher(ServedModel model, Batching batching, ServerMetrics metrics) {
        this.model = model;
        this.batching = batching;
        this.metrics = metrics;
        worker.setDaemon(true);
        worker.start();
    }

    /**
     * Puts questions into the queue: all of them, or none.
     *
     * @param isGone whether nobody waits for the answers any more; asked when it is their turn, and if so they are not computed
     * @return their answers, in the same order; it fails if the model fails on one of them
     * @throws RefusedException 503 if there is no room
     */
    CompletableFuture<List<Object>> submit(List<Question> questions, BooleanSupplier isGone) throws RefusedException {
        List<Waiting> items = questions.stream()
                .map(question -> new Waiting(question, isGone, new CompletableFuture<>()))
                .toList();
        synchronized (this) {
            if (closed) {
                throw new RefusedException(HttpStatus.SERVICE_UNAVAILABLE_503, Server.STOPPING);
            }
            if (queue.size() + questions.size() > batching.queue()) {
                throw new RefusedException(
                        HttpStatus.SERVICE_UNAVAILABLE_503,
                        new Problem(
                                "Too many texts are waiting",
                                "room in a queue of %d texts".formatted(batching.queue()),
                                "%d texts, while %d are waiting".formatted(questions.size(), queue.size()),
                                "Try again after the seconds that Retry-After says, or send fewer at a time."));
            }
            queue.addAll(items);
            notifyAll();
        }
        List<CompletableFuture<Object>> answers =
                items.stream().map(Waiting::answer).toList();
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> answers.stream().map(CompletableFuture::join).toList());
    }

    /** How many texts wait, those that are being computed not counted. */
    synchronized int waiting() {
        return queue.size();
    }

    /** Answers what waits, and ends. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        boolean interrupted = false;
        while (worker.isAlive()) {
            try {
                worker.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        try {
            for (List<Waiting> batch = next(); !batch.isEmpty(); batch = next()) {
                List<Waiting> wanted = wanted(batch);
                if (!wanted.isEmpty()) {
                    long start = System.nanoTime();
                    answer(wanted);
                    metrics.batch(wanted.size(), System.nanoTime() - start);
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("The thread of the batches was interrupted, which nothing here does", e);
        }
    }

    /**
     * The next batch; empty once it is closed. Time is counted from when the model is free, not from when a text came:
     * clients that were answered together ask again together, and would be parted by the one that came too late before.
     */
    private synchronized List<Waiting> next() throws InterruptedException {
        while (queue.isEmpty() && !closed) {
            wait();
        }
        long end = System.nanoTime() + batching.patience().toNanos();
        for (long left = end - System.nanoTime();
                left > 0 && queue.size() < batching.size() && !closed;
                left = end - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return Stream.generate(queue::poll)
                .limit(Math.min(queue.size(), batching.size()))
                .toList();
    }

    /** Those whose client still waits. */
    private static List<Waiting> wanted(List<Waiting> batch) {
        Map<Boolean, List<Waiting>> parts = batch.stream()
                .collect(Collectors.partitioningBy(item -> item.isGone().getAsBoolean()));
        parts.get(true).forEach(item -> item.answer().completeExceptionally(GONE));
        return parts.get(false);
    }

    /** Where a batch fails, each text has its own try, so that one cannot harm the others. */
    private void answer(List<Waiting> batch) {
        List<?> answers;
        try {
            answers = new ArrayList<>(
                    model.answer(batch.stream().map(Waiting::question).toList()));
            if (answers.size() != batch.size()) {
                throw new IllegalStateException("%d answers to %d texts".formatted(answers.size(), batch.size()));
            }
        } catch (RuntimeException | Error failure) {
            if (batch.size() == 1) {
                LOG.error("The model failed on a text", failure);
                batch.get(0).answer().completeExceptionally(failure);
            } else {
                LOG.warn("The model failed on a batch; its texts are computed one by one: {}", failure.toString());
                batch.forEach(item -> answer(List.of(item)));
            }
            return;
        }
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).answer().complete(answers.get(i));
        }
    }
}
