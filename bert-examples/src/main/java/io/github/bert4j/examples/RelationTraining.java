package io.github.bert4j.examples;

import io.github.bert4j.bundle.BundleWriter;
import io.github.bert4j.bundle.Task;
import io.github.bert4j.relation.AnnotatedText;
import io.github.bert4j.relation.RelationEvaluation;
import io.github.bert4j.relation.RelationExtractor;
import io.github.bert4j.relation.RelationOptions;
import io.github.bert4j.score.Score;
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
        List<String> predicates,
        RelationOptions options,
        int epochs,
        List<AnnotatedText> train,
        List<AnnotatedText> validation,
        Path bundle) {

    /** What {@code train} prints; without validation data there are no samples, and what is measured is null. */
    record Report(
            Task task,
            String bundle,
            int epochs,
            int bestEpoch,
            int samples,
            Double precision,
            Double recall,
            Double f1,
            Integer correct,
            Integer predicted,
            Integer gold) {}

    Report run(Callback progress) throws IOException {
        BundleWriter.requireFree(bundle);
        int bestEpoch = fit(progress);
        if (validation.isEmpty()) {
            return new Report(
                    Task.RELATION, bundle.toString(), epochs, bestEpoch, 0, null, null, null, null, null, null);
        }
        try (RelationExtractor saved = RelationExtractor.load(bundle)) {
            return report(bestEpoch, saved.evaluate(validation));
        }
    }

    private int fit(Callback progress) throws IOException {
        try (RelationExtractor extractor = checkpoint.read(
                (directory, gelu) -> RelationExtractor.fromCheckpoint(directory, predicates, options.withGelu(gelu)))) {
            SaveBest best = new SaveBest("val_f1", () -> extractor.save(bundle));
            if (validation.isEmpty()) {
                extractor.fit(train, epochs, progress, best);
            } else {
                extractor.fit(train, epochs, validation, progress, best);
            }
            return best.best().number();
        }
    }

    private Report report(int bestEpoch, RelationEvaluation evaluation) {
        Score score = evaluation.score();
        return new Report(
                Task.RELATION,
                bundle.toString(),
                epochs,
                bestEpoch,
                evaluation.texts().size(),
                score.precision(),
                score.recall(),
                score.f1(),
                score.correct(),
                score.predicted(),
                score.gold());
    }
}
