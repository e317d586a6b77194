package io.github.bert4j.examples;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.bundle.BundleWriter;
import io.github.bert4j.bundle.Task;
import io.github.bert4j.ops.Precision;
import io.github.bert4j.relation.AnnotatedText;
import io.github.bert4j.relation.RelationExtractor;
import io.github.bert4j.relation.RelationOptions;
import io.github.bert4j.train.Callback;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Trains an extractor and keeps the epoch of the best F1 as a bundle.
 *
 * @param validation may be empty; then the last epoch is kept
 */
record RelationTraining(
        CheckpointOptions checkpoint,
        ComputeOptions compute,
        List<String> predicates,
        RelationOptions options,
        int epochs,
        List<AnnotatedText> train,
        List<AnnotatedText> validation,
        Path bundle) {

    /** What {@code train} prints. */
    record Report(
            Task task,
            String bundle,
            int epochs,
            int bestEpoch,
            @JsonUnwrapped RelationScores scores) {}

    Report run(Callback progress) throws IOException {
        BundleWriter.requireFree(bundle);
        Precision precision = compute.begin();
        int bestEpoch = fit(precision, progress);
        return new Report(Task.RELATION, bundle.toString(), epochs, bestEpoch, scores(precision));
    }

    private RelationScores scores(Precision precision) throws IOException {
        if (validation.isEmpty()) {
            return RelationScores.NONE;
        }
        try (Bundle saved = Bundle.open(bundle);
                RelationExtractor extractor = RelationExtractor.load(saved, precision)) {
            return RelationScores.of(extractor.evaluate(validation));
        }
    }

    private int fit(Precision precision, Callback progress) throws IOException {
        try (RelationExtractor extractor = checkpoint.read((directory, gelu) ->
                RelationExtractor.fromCheckpoint(directory, predicates, options.withGelu(gelu), precision))) {
            compute.watch(extractor.model().graph());
            SaveBest best = new SaveBest("val_f1", () -> extractor.save(bundle));
            if (validation.isEmpty()) {
                extractor.fit(train, epochs, progress, best);
            } else {
                extractor.fit(train, epochs, validation, progress, best);
            }
            return best.best().number();
        }
    }
}
