package io.github.bert4j.examples;

import io.github.bert4j.bert.LowRank;
import io.github.bert4j.datasets.ReviewFiles;
import io.github.bert4j.sentiment.LabelledReview;
import io.github.bert4j.sentiment.SentimentClassifier;
import io.github.bert4j.task.Base;
import io.github.bert4j.task.Question;
import io.github.bert4j.task.Tuning;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Adapters: BERT stays as it is, and many tasks share it. */
public final class AdapterExample {
    private AdapterExample() {}

    /** @param arguments the checkpoint's directory, a file of reviews, and where the bundle goes */
    public static void main(String[] arguments) throws IOException {
        adapt(
                Path.of(arguments[0]),
                ReviewFiles.read(List.of(Path.of(arguments[1])), System.err::println),
                Path.of(arguments[2]));
    }

    static void adapt(Path checkpoint, List<LabelledReview> train, Path bundle) throws IOException {
        // The guide shows what follows.
        var options = SentimentClassifier.DEFAULTS
                .withLearningRate(5e-4) // ten times what all weights would be trained with, and more
                .withTuning(Tuning.NONE.withLowRank(LowRank.of(8)));
        try (var classifier = SentimentClassifier.fromCheckpoint(checkpoint, options)) {
            classifier.fit(train, 2);
            classifier.save(bundle); // the adapter and the head; the base by its checksum
        }
        try (var base = Base.load(checkpoint); // one BERT for any number of adapters
                var moods = base.open(bundle)) {
            moods.answer(List.of(Question.of("房间干净，服务也好。"))).forEach(System.out::println);
        }
        // So far the guide.
    }
}
