package io.github.bert4j.examples;

import static io.github.bert4j.layers.Activation.SIGMOID;
import static io.github.bert4j.layers.Layers.dense;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.datasets.ReviewFiles;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.models.Model;
import io.github.bert4j.sentiment.LabelledReview;
import io.github.bert4j.train.Adam;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** Sentiment without {@code SentimentClassifier}: a checkpoint, one layer on top, training and predictions. */
public final class SentimentExample {
    private SentimentExample() {}

    /** @param arguments the checkpoint's directory, and files of reviews to learn from and to measure on */
    public static void main(String[] arguments) throws IOException {
        run(
                Path.of(arguments[0]),
                ReviewFiles.read(List.of(Path.of(arguments[1])), System.err::println),
                ReviewFiles.read(List.of(Path.of(arguments[2])), System.err::println));
    }

    static void run(Path checkpoint, List<LabelledReview> train, List<LabelledReview> validation) throws IOException {
        // The README shows what follows.
        try (var graph = new Graph(42)) {
            var bert = Bert.load(graph, checkpoint);
            var tokens = graph.ids("tokens");
            var segments = graph.ids("segments");

            var x = bert.apply(tokens, segments); // [batch, length, hidden]
            var p = dense(1, SIGMOID).apply(x.at(0)); // [CLS]

            var model = Model.of(tokens, segments)
                    .to(p)
                    .compile(Loss.binaryCrossEntropy(), new Adam(1e-5), Metric.accuracy());

            var tokenizer = bert.tokenizer();
            Function<LabelledReview, Sample> sample = review -> {
                var text = tokenizer.encode(review.text(), 102); // 100 characters, [CLS] and [SEP]
                return Sample.of(text.ids(), text.segments()).labelled((float) review.label());
            };
            model.fit(Dataset.of(train, 32, sample), 5, Dataset.of(validation, 32, sample));

            model.predict(Dataset.of(validation, 32, sample))
                    .forEach(prediction -> System.out.println(prediction.value()));
        }
        // So far the README.
    }
}
