package io.github.bert4j.results;

import io.github.bert4j.datasets.ReviewFiles;
import io.github.bert4j.distillation.Distillation;
import io.github.bert4j.sentiment.LabelledReview;
import io.github.bert4j.sentiment.SentimentClassifier;
import io.github.bert4j.sentiment.SentimentTask;
import io.github.bert4j.task.Question;
import io.github.bert4j.task.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code results distillation}: a student beside its teacher, of the same texts without their labels. */
@Command(name = "distillation", description = "Accuracy and speed of a student beside its teacher.")
final class DistillationResults implements Callable<Integer> {
    private static final int ROUNDS = 9;
    private static final int TIMED = 512;

    @Mixin
    private RunFile runs;

    @Option(names = "--teacher", required = true, description = "A bundle for sentiment.")
    private Path teacher;

    @Option(names = "--train", required = true, description = "Lines of 0 or 1, which are not looked at, TAB, text.")
    private Path train;

    @Option(names = "--valid", required = true, description = "The same, whose labels are.")
    private Path valid;

    @Option(names = "--layers", description = "Of the student.")
    private int layers = 2;

    @Option(names = "--lr", description = "The peak of the learning rate.")
    private double rate = 1e-4;

    @Option(names = "--epochs", description = "Times to go through the texts.")
    private int epochs = 5;

    @Option(names = "--hidden", description = "How much vectors count.")
    private double hidden = Distillation.DEFAULT.hidden();

    @Option(names = "--temperature", description = "Of the probabilities.")
    private double temperature = Distillation.DEFAULT.temperature();

    @Option(names = "--seed", description = "Of the training.")
    private long seed = 42;

    @Override
    public Integer call() throws IOException {
        List<LabelledReview> texts = ReviewFiles.read(List.of(train), message -> {});
        List<LabelledReview> validation = ReviewFiles.read(List.of(valid), message -> {});
        List<Question> questions =
                texts.stream().map(review -> Question.of(review.text())).toList();
        TrainingOptions options = SentimentClassifier.DEFAULTS
                .withLearningRate(rate)
                .withSeed(seed)
                .withBatchSize(32);
        String configuration = "%d layers, %s, %d epochs, temperature %s, hidden %s"
                .formatted(layers, rate, epochs, temperature, hidden);
        runs.add("distillation", configuration, seed, () -> {
            try (var large = SentimentClassifier.load(teacher);
                    var small = Distillation.student(new SentimentTask(), large, layers, options)) {
                new Distillation(temperature, hidden).fit(large, small, questions, epochs, Map::of);
                Map<String, Double> figures = new LinkedHashMap<>();
                figures.put("accuracy", small.evaluate(validation).accuracy());
                figures.put("teacher's accuracy", large.evaluate(validation).accuracy());
                figures.put("speed-up", speedUp(large, small, validation));
                return figures;
            }
        });
        return 0;
    }

    /** The median of some rounds, in each of which both read the same texts. */
    private static double speedUp(SentimentClassifier large, SentimentClassifier small, List<LabelledReview> reviews) {
        List<String> texts =
                reviews.stream().limit(TIMED).map(LabelledReview::text).toList();
        double[] ratios = new double[ROUNDS];
        for (int round = -1; round < ROUNDS; round++) {
            long start = System.nanoTime();
            large.predict(texts);
            long middle = System.nanoTime();
            small.predict(texts);
            if (round >= 0) { // the first one makes plans
                ratios[round] = (middle - start) / (double) (System.nanoTime() - middle);
            }
        }
        Arrays.sort(ratios);
        return ratios[ROUNDS / 2];
    }
}
