package io.github.bert4j.ring;

import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.sentiment.LabelledReview;
import io.github.bert4j.sentiment.SentimentClassifier;
import io.github.bert4j.task.Tuning;
import io.github.bert4j.train.AllReduce;
import io.github.bert4j.train.DataParallel;
import io.github.bert4j.train.Gradient;
import io.github.bert4j.train.Optimizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A program: bytes that workers send per step, over TCP on this machine, beside the bytes of the gradients. */
final class TrafficMeasurement {
    private TrafficMeasurement() {}

    /** What a worker counted. */
    private record Count(long sent, long gradients) {}

    /** How much stays as it is; bge-small has four layers. */
    private enum Frozen {
        NOTHING("all, and the embeddings", Tuning.NONE),
        HALF("the last two", Tuning.NONE.withFrozenLayers(2));

        private final String trained;
        private final Tuning tuning;

        Frozen(String trained, Tuning tuning) {
            this.trained = trained;
            this.tuning = tuning;
        }

        @Override
        public String toString() {
            return trained;
        }
    }

    /**
     * Arguments: checkpoint, file of lines of label, TAB and text, texts per step of each worker, steps. Takes 2, 3 and 4
     * workers, each with everything trained and with all layers but the last two frozen.
     */
    public static void main(String[] arguments) throws Exception {
        Path checkpoint = Path.of(arguments[0]);
        int steps = Integer.parseInt(arguments[3]);
        System.out.println("| Workers | Layers trained | MB of gradients | MB sent per worker, at most | Ratio |");
        System.out.println("|---|---|---|---|---|");
        for (int workers : new int[] {2, 3, 4}) {
            int batch = Integer.parseInt(arguments[2]) * workers;
            List<LabelledReview> reviews;
            try (Stream<String> lines = Files.lines(Path.of(arguments[1]))) {
                reviews = lines.limit((long) batch * steps)
                        .map(line -> new LabelledReview(line.charAt(0) - '0', line.substring(2)))
                        .toList();
            }
            if (reviews.size() < batch * steps) {
                throw new IllegalArgumentException(
                        "%s has %d texts, expected %d".formatted(arguments[1], reviews.size(), batch * steps));
            }
            for (Frozen frozen : Frozen.values()) {
                List<Count> counts =
                        Workers.overTcp(workers, ring -> train(checkpoint, reviews, batch, frozen.tuning, ring));
                long sent = counts.stream().mapToLong(Count::sent).max().orElseThrow();
                long gradients = counts.get(0).gradients();
                System.out.printf(
                        "| %d | %s | %.2f | %.2f | %.3f |%n",
                        workers, frozen, gradients / 1e6 / steps, sent / 1e6 / steps, (double) sent / gradients);
            }
        }
    }

    private static Count train(Path checkpoint, List<LabelledReview> reviews, int batch, Tuning given, AllReduce ring)
            throws Exception {
        long[] gradientBytes = {0};
        Tuning tuning = given.withTechniques(bert -> List.of(new DataParallel(ring)))
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
        try (SentimentClassifier classifier = SentimentClassifier.fromCheckpoint(
                checkpoint,
                SentimentClassifier.DEFAULTS
                        .withBatchSize(batch)
                        .withGelu(Gelu.ERF)
                        .withTuning(tuning))) {
            classifier.fit(reviews, 1);
        }
        return new Count(((TcpRing) ring).bytesSent(), gradientBytes[0]);
    }
}
