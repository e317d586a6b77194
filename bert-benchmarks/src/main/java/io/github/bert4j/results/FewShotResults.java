package io.github.bert4j.results;

import io.github.bert4j.classification.FewShot;
import io.github.bert4j.classification.LabelledInput;
import io.github.bert4j.classification.Labelling;
import io.github.bert4j.classification.TextClassifier;
import io.github.bert4j.datasets.ClassificationFiles;
import io.github.bert4j.task.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code results few-shot}: some texts per label, by pairs and by plain fine-tuning at as many steps. */
@Command(name = "few-shot", description = "Accuracy with few texts per label.")
final class FewShotResults implements Callable<Integer> {
    private static final int BATCH = 16;
    /** Times to go through what SetFit makes of each text: four similar partners, and four others. */
    private static final int EPOCHS = 5;

    private static final int PAIRS = 8;

    @Mixin
    private RunFile runs;

    @Option(names = "--checkpoint", required = true, description = "Whose vectors are good for similarity.")
    private Path checkpoint;

    @Option(names = "--train", required = true, description = "Lines of label, TAB, text.")
    private Path train;

    @Option(names = "--valid", required = true, description = "The same.")
    private Path valid;

    @Option(names = "--texts", description = "Per label.")
    private int texts = 16;

    @Option(names = "--max-length", description = "Tokens read of each text.")
    private int maxLength = 64;

    @Option(names = "--draws", description = "Of these texts.")
    private int draws = 5;

    @Override
    public Integer call() throws IOException {
        List<LabelledInput> all = ClassificationFiles.read(List.of(train), Labelling.MULTI_CLASS, message -> {});
        List<LabelledInput> validation = ClassificationFiles.read(List.of(valid), Labelling.MULTI_CLASS, message -> {});
        List<String> labels = TextClassifier.labels(all);
        for (long seed = 0; seed < draws; seed++) {
            List<LabelledInput> few = draw(all, labels, seed);
            measure("setfit 2e-5", FewShot.SETFIT, 2e-5, EPOCHS, seed, few, labels, validation);
            for (double rate : new double[] {1e-5, 5e-5, 2e-4}) {
                measure("plain " + rate, FewShot.NONE, rate, EPOCHS * PAIRS, seed, few, labels, validation);
            }
        }
        return 0;
    }

    private List<LabelledInput> draw(List<LabelledInput> all, List<String> labels, long seed) {
        List<LabelledInput> shuffled = new ArrayList<>(all);
        Collections.shuffle(shuffled, new Random(seed));
        return labels.stream()
                .flatMap(label -> shuffled.stream()
                        .filter(text -> text.labels().contains(label))
                        .limit(texts))
                .toList();
    }

    private void measure(
            String configuration,
            FewShot fewShot,
            double rate,
            int epochs,
            long seed,
            List<LabelledInput> few,
            List<String> labels,
            List<LabelledInput> validation)
            throws IOException {
        TrainingOptions options = TextClassifier.DEFAULTS
                .withBatchSize(BATCH)
                .withMaxLength(maxLength)
                .withLearningRate(rate)
                .withSeed(seed);
        runs.add("few-shot", configuration, seed, () -> {
            try (var classifier = TextClassifier.fromCheckpoint(checkpoint, labels, fewShot, options)) {
                classifier.fit(few, epochs);
                return Map.of("accuracy", classifier.evaluate(validation).accuracy());
            }
        });
    }
}
