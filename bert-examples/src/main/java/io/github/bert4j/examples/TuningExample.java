package io.github.bert4j.examples;

import io.github.bert4j.datasets.ReviewFiles;
import io.github.bert4j.sentiment.LabelledReview;
import io.github.bert4j.sentiment.SentimentClassifier;
import io.github.bert4j.task.Tuning;
import io.github.bert4j.train.AdamW;
import io.github.bert4j.train.AdversarialTraining;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.Checkpoints;
import io.github.bert4j.train.CsvLog;
import io.github.bert4j.train.EarlyStopping;
import io.github.bert4j.train.Fold;
import io.github.bert4j.train.Monitor;
import io.github.bert4j.train.MovingAverage;
import io.github.bert4j.train.OnNonFinite;
import io.github.bert4j.train.RateFactors;
import io.github.bert4j.train.Runs;
import io.github.bert4j.train.SuspendedException;
import io.github.bert4j.train.TensorBoardLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Training otherwise than by a task's recipe, watched, repeated, and taken up again. */
public final class TuningExample {
    private TuningExample() {}

    /** @param arguments the checkpoint's directory, files of reviews to learn from and to measure on, and a directory for logs */
    public static void main(String[] arguments) throws IOException {
        Path checkpoint = Path.of(arguments[0]);
        List<LabelledReview> train = ReviewFiles.read(List.of(Path.of(arguments[1])), System.err::println);
        List<LabelledReview> validation = ReviewFiles.read(List.of(Path.of(arguments[2])), System.err::println);
        Path logs = Path.of(arguments[3]);
        tune(checkpoint, train, validation, logs);
        repeat(checkpoint, train, 5, 3);
        resume(checkpoint, train, validation, logs.resolve("states"), logs.resolve("result"));
    }

    static void tune(Path checkpoint, List<LabelledReview> train, List<LabelledReview> validation, Path logs)
            throws IOException {
        // The guide shows what follows.
        var tuning = Tuning.NONE
                .withBatchesPerStep(2) // steps of 64 texts
                .withOptimizer((bert, adam) -> new AdamW(
                        adam.withGlobalClipNorm(1).withRateFactors(RateFactors.layerWise(0.9, bert::layersAbove)),
                        0.01))
                .withTechniques(
                        bert -> List.of(new AdversarialTraining(bert.wordEmbeddings(), 0.5), new MovingAverage(0.99)));
        var options = SentimentClassifier.DEFAULTS.withLearningRate(5e-5).withTuning(tuning);
        try (var classifier = SentimentClassifier.fromCheckpoint(checkpoint, options)) {
            classifier.fit(
                    train,
                    10,
                    validation,
                    new EarlyStopping(Monitor.max("val_accuracy"), 2).restoringBestWeights(),
                    new CsvLog(logs.resolve("epochs.csv")),
                    new TensorBoardLog(logs),
                    Callback.onEpochEnd(epoch -> System.out.println(epoch.number() + " " + epoch.metrics())));
        }
        // So far the guide.
    }

    static void repeat(Path checkpoint, List<LabelledReview> reviews, int folds, int epochs) throws IOException {
        // The guide shows what follows.
        var parts = Fold.stratified(reviews, folds, 42, LabelledReview::label);
        System.out.println(Runs.crossValidate(parts, fold -> {
            var options = SentimentClassifier.DEFAULTS.withLearningRate(5e-5);
            try (var classifier = SentimentClassifier.fromCheckpoint(checkpoint, options)) {
                classifier.fit(fold.train(), epochs);
                return classifier.evaluate(fold.validation()).metrics();
            }
        })); // mean ± deviation of loss and accuracy
        // So far the guide.
    }

    static void resume(
            Path checkpoint, List<LabelledReview> train, List<LabelledReview> validation, Path states, Path result)
            throws IOException {
        // The guide shows what follows.
        var options = SentimentClassifier.DEFAULTS.withTuning(
                Tuning.NONE.withTechniques(bert -> List.of(OnNonFinite.SKIP))); // the default is to stop
        var checkpoints = Checkpoints.in(states).everySteps(500).every(Duration.ofMinutes(5));
        try (var classifier = SentimentClassifier.fromCheckpoint(checkpoint, options)) {
            classifier.fit(train, 5, validation, checkpoints); // goes on where an earlier run was interrupted
            classifier.save(result);
            checkpoints.clear();
        } catch (SuspendedException suspended) { // since another thread called checkpoints.suspend()
            System.out.println(suspended.getMessage());
        }
        // So far the guide.
    }
}
