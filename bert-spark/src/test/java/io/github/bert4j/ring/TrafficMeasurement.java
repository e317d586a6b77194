package io.github.bert4j.ring;

import io.github.bert4j.ops.Gelu;
import io.github.bert4j.sentiment.Review;
import io.github.bert4j.sentiment.SentimentClassifier;
import io.github.bert4j.task.Tuning;
import io.github.bert4j.train.AllReduce;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.DataParallel;
import io.github.bert4j.train.Gradient;
import io.github.bert4j.train.Optimizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A program: bytes that workers send per step, over TCP on this machine, beside the bytes of the gradients; and seconds. */
final class TrafficMeasurement {
    private TrafficMeasurement() {}

    /** What a worker counted. */
    private record Count(long sent, long gradients, List<Double> seconds) {}

    /** Arguments: checkpoint, file of lines of label, TAB and text, workers, texts per step of each, steps. */
    public static void main(String[] arguments) throws Exception {
        int workers = Integer.parseInt(arguments[2]);
        int batch = Integer.parseInt(arguments[3]) * workers;
        int steps = Integer.parseInt(arguments[4]);
        List<Review> reviews;
        try (Stream<String> lines = Files.lines(Path.of(arguments[1]))) {
            reviews = lines.limit((long) batch * steps)
                    .map(line -> new Review(line.charAt(0) - '0', line.substring(2)))
                    .toList();
        }
        List<Count> counts = Workers.overTcp(workers, ring -> train(Path.of(arguments[0]), reviews, batch, ring));
        for (Count count : counts) {
            System.out.printf(
                    "%d steps: %.2f MB sent and %.2f MB of gradients per step, ratio %.3f; seconds of the steps %s%n",
                    count.seconds().size(),
                    count.sent() / 1e6 / steps,
                    count.gradients() / 1e6 / steps,
                    (double) count.sent() / count.gradients(),
                    count.seconds());
        }
    }

    private static Count train(Path checkpoint, List<Review> reviews, int batch, AllReduce ring) throws Exception {
        long[] gradientBytes = {0};
        Tuning tuning = Tuning.NONE
                .withTechniques(bert -> List.of(new DataParallel(ring)))
                .withOptimizer((bert, adam) -> (graph, weights) -> {
                    Optimizer.Updater updater = adam.start(graph, weights);
                    return (step, gradients) -> {
                        for (Gradient gradient : gradients.values()) {
                            gradientBytes[0] += Float.BYTES
                                    * (gradient instanceof Gradient.Rows some
                                            ? some.rows().length()
                                            : gradient.dense().length());
                        }
                        updater.update(step, gradients);
                    };
                });
        List<Double> seconds = new ArrayList<>();
        long[] last = {System.nanoTime()};
        Callback clock = Callback.onStepEnd(step -> {
            long now = System.nanoTime();
            seconds.add(Math.round((now - last[0]) / 1e7) / 100.0);
            last[0] = now;
        });
        try (SentimentClassifier classifier = SentimentClassifier.fromCheckpoint(
                checkpoint,
                SentimentClassifier.DEFAULTS
                        .withBatchSize(batch)
                        .withGelu(Gelu.ERF)
                        .withTuning(tuning))) {
            classifier.fit(reviews, 1, clock);
        }
        return new Count(((TcpRing) ring).bytesSent(), gradientBytes[0], seconds);
    }
}
