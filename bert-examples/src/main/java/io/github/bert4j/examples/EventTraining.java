package io.github.bert4j.examples;

import io.github.bert4j.bundle.BundleWriter;
import io.github.bert4j.bundle.Task;
import io.github.bert4j.event.LabelledEvent;
import io.github.bert4j.event.LeftOut;
import io.github.bert4j.event.SubjectExtractor;
import io.github.bert4j.event.SubjectOptions;
import io.github.bert4j.ops.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Trains an extractor and keeps the best epoch's as a bundle.
 *
 * @param validation may be empty; then the last epoch's is kept
 */
record EventTraining(
        CheckpointOptions checkpoint,
        ComputeOptions compute,
        SubjectOptions options,
        int epochs,
        List<EventRow> train,
        List<EventRow> validation,
        Path bundle) {

    /** What {@code train} prints; without validation data the counts are 0, and the measurements null. */
    record Report(
            Task task,
            String bundle,
            int epochs,
            int bestEpoch,
            int samples,
            Double exactMatch,
            Double rowMatch,
            int skippedOther) {}

    Report run(Console console) throws IOException {
        BundleWriter.requireFree(bundle);
        if (!validation.isEmpty()) {
            EventTask.requireMeasurable(validation);
        }
        List<LabelledEvent> learned = EventRow.labelled(train);
        List<LabelledEvent> measured = EventRow.labelled(validation);
        Precision precision = compute.begin();
        try (SubjectExtractor extractor = checkpoint.read(
                (directory, gelu) -> SubjectExtractor.fromCheckpoint(directory, options.withGelu(gelu), precision))) {
            compute.watch(extractor.model().graph());
            LeftOut leftOut = extractor.leftOut(learned);
            if (leftOut.any()) {
                console.log("Left out of training, of " + leftOut);
            }
            SaveBest best = new SaveBest("val_exactMatch", () -> extractor.save(bundle));
            TrainingProgress progress = new TrainingProgress(console);
            if (measured.isEmpty()) {
                extractor.fit(learned, epochs, progress, best);
            } else {
                extractor.fit(learned, epochs, measured, progress, best);
            }
            Map<String, Double> metrics = best.best().metrics();
            int other = (int) measured.stream().filter(LabelledEvent::isOther).count();
            return new Report(
                    Task.EVENT,
                    bundle.toString(),
                    epochs,
                    best.best().number(),
                    measured.size() - other,
                    metrics.get("val_exactMatch"),
                    metrics.get("val_rowMatch"),
                    other);
        }
    }
}
