package io.github.bert4j.results;

import io.github.bert4j.audit.LabelAudit;
import io.github.bert4j.datasets.ReviewFiles;
import io.github.bert4j.sentiment.LabelledReview;
import io.github.bert4j.sentiment.SentimentClassifier;
import io.github.bert4j.sentiment.SentimentTask;
import io.github.bert4j.task.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code results audit}: some labels are turned round, and looked for. */
@Command(name = "audit", description = "How many changed labels an audit finds.")
final class AuditResults implements Callable<Integer> {
    private static final double CHANGED = 0.05;
    private static final double LOOKED_AT = 0.07;

    @Mixin
    private RunFile runs;

    @Option(names = "--checkpoint", required = true, description = "Of a BERT.")
    private Path checkpoint;

    @Option(names = "--train", required = true, description = "Lines of 0 or 1, TAB, text.")
    private Path train;

    @Option(names = "--rows", description = "At most.")
    private int most = Integer.MAX_VALUE;

    @Option(names = "--folds", description = "Models to be trained.")
    private int folds = 5;

    @Option(names = "--epochs", description = "Of each.")
    private int epochs = 2;

    @Option(names = "--lr", description = "Learning rate.")
    private double rate = 5e-5;

    @Option(names = "--seed", description = "Of what is changed, and of the training.")
    private long seed = 42;

    @Override
    public Integer call() throws IOException {
        List<LabelledReview> rows = ReviewFiles.read(List.of(train), message -> {}).stream()
                .limit(most)
                .toList();
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, rows.size()).boxed().toList());
        Collections.shuffle(order, new Random(seed));
        Set<Integer> changed = new HashSet<>(order.subList(0, (int) Math.round(CHANGED * rows.size())));
        List<LabelledReview> given = IntStream.range(0, rows.size())
                .mapToObj(i -> changed.contains(i)
                        ? new LabelledReview(
                                1 - rows.get(i).label(), rows.get(i).text())
                        : rows.get(i))
                .toList();
        TrainingOptions options =
                SentimentClassifier.DEFAULTS.withLearningRate(rate).withSeed(seed);
        String configuration = "%d rows, %d folds, %d epochs, %s".formatted(rows.size(), folds, epochs, rate);
        runs.add("audit", configuration, seed, () -> {
            LabelAudit audit = LabelAudit.crossValidate(new SentimentTask(), given, folds, seed, part -> {
                var model = SentimentClassifier.fromCheckpoint(checkpoint, options);
                model.fit(part, epochs);
                return model;
            });
            Map<String, Double> figures = new LinkedHashMap<>();
            figures.put("found in the first 7 %", found(audit, changed, (int) Math.round(LOOKED_AT * rows.size())));
            figures.put(
                    "found among the issues",
                    found(audit, changed, audit.issues().size()));
            figures.put("issues", (double) audit.issues().size());
            return figures;
        });
        return 0;
    }

    private static double found(LabelAudit audit, Set<Integer> changed, int first) {
        long found = audit.suspects().stream()
                .limit(first)
                .filter(suspect -> changed.contains(suspect.row()))
                .count();
        return (double) found / changed.size();
    }
}
