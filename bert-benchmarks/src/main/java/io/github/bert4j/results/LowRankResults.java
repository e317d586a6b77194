package io.github.bert4j.results;

import io.github.bert4j.bert.LowRank;
import io.github.bert4j.datasets.ReviewFiles;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.machine.ResidentMemory;
import io.github.bert4j.sentiment.LabelledReview;
import io.github.bert4j.sentiment.SentimentClassifier;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.task.Tuning;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code results low-rank}: all weights are trained, or an adapter; one of the two in a process, as its memory is measured. */
@Command(name = "low-rank", description = "Accuracy and memory of an adapter, or of training all weights.")
final class LowRankResults implements Callable<Integer> {
    @Mixin
    private RunFile runs;

    @Option(names = "--checkpoint", required = true, description = "Of a BERT.")
    private Path checkpoint;

    @Option(names = "--train", required = true, description = "Lines of 0 or 1, TAB, text.")
    private Path train;

    @Option(names = "--valid", required = true, description = "The same.")
    private Path valid;

    @Option(names = "--rank", description = "Of the adapter; 0 to train all weights.")
    private int rank;

    @Option(names = "--lr", required = true, description = "Learning rate.")
    private double rate;

    @Option(names = "--epochs", description = "Times to go through the training data; the last one counts.")
    private int epochs = 2;

    @Option(names = "--seed", description = "Of the training.")
    private long seed = 42;

    @Option(names = "--out", required = true, description = "Where the bundle goes.")
    private Path out;

    @Override
    public Integer call() throws IOException {
        List<LabelledReview> texts = ReviewFiles.read(List.of(train), message -> {});
        List<LabelledReview> validation = ReviewFiles.read(List.of(valid), message -> {});
        Tuning tuning = rank == 0 ? Tuning.NONE : Tuning.NONE.withLowRank(LowRank.of(rank));
        TrainingOptions options = SentimentClassifier.DEFAULTS
                .withLearningRate(rate)
                .withSeed(seed)
                .withTuning(tuning);
        String what = rank == 0 ? "all weights" : "rank " + rank;
        runs.add("low-rank", "%s, %s, %d epochs".formatted(what, rate, epochs), seed, () -> {
            try (var classifier = SentimentClassifier.fromCheckpoint(checkpoint, options)) {
                classifier.fit(texts, epochs);
                classifier.save(out);
                Map<String, Double> figures = new LinkedHashMap<>();
                figures.put("accuracy", classifier.evaluate(validation).accuracy());
                figures.put(
                        "trained weights", (double) trained(classifier.model().weights()));
                Integer peak = ResidentMemory.peakMegabytes();
                if (peak != null) {
                    figures.put("peak MiB", (double) peak);
                }
                return figures;
            }
        });
        return 0;
    }

    /** What has a gradient, and an optimizer's state of twice its size. */
    private static long trained(List<Weight> weights) {
        return weights.stream()
                .filter(Weight::isTrainable)
                .mapToLong(weight -> weight.shape().elements())
                .sum();
    }
}
