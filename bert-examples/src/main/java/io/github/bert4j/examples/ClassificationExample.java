package io.github.bert4j.examples;

import static io.github.bert4j.classification.Labelling.MULTI_CLASS;
import static io.github.bert4j.layers.Activation.SOFTMAX;
import static io.github.bert4j.layers.Layers.dense;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.classification.LabelledInput;
import io.github.bert4j.classification.TextClassifier;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.datasets.ClassificationFiles;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.models.Model;
import io.github.bert4j.tokenize.WordPieceTokenizer;
import io.github.bert4j.train.Adam;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** Classification: by the class that does it all, and by the layers that it is made of. */
public final class ClassificationExample {
    private ClassificationExample() {}

    /** @param arguments the checkpoint's directory, a file of labels and texts, and where the bundle goes */
    public static void main(String[] arguments) throws IOException {
        List<LabelledInput> texts =
                ClassificationFiles.of(MULTI_CLASS).read(List.of(Path.of(arguments[1])), System.err::println);
        classify(Path.of(arguments[0]), texts, texts, Path.of(arguments[2]));
        compose(Path.of(arguments[0]), texts);
    }

    static void classify(Path checkpoint, List<LabelledInput> train, List<LabelledInput> validation, Path bundle)
            throws IOException {
        // The guide shows what follows.
        var labels = TextClassifier.labels(train);
        var options = TextClassifier.DEFAULTS.withLearningRate(3e-5).withSeed(7);
        try (var classifier = TextClassifier.fromCheckpoint(checkpoint, labels, MULTI_CLASS, options)) {
            classifier.fit(train, 3, validation);
            System.out.println(classifier.evaluate(validation).table()); // by label, and all together
            classifier.save(bundle);
        }
        try (var classifier = TextClassifier.load(bundle)) {
            var topic = classifier.predict("主队在最后一分钟攻入制胜球");
            System.out.println(topic.label() + " " + topic.probability());
        }
        // So far the guide.
    }

    static void compose(Path checkpoint, List<LabelledInput> train) throws IOException {
        List<String> labels = TextClassifier.labels(train);
        // The guide shows what follows.
        try (var graph = new Graph(42)) {
            var bert = Bert.load(graph, checkpoint);
            var tokens = graph.ids("tokens");
            var segments = graph.ids("segments");
            var p = dense(labels.size(), SOFTMAX)
                    .apply(bert.apply(tokens, segments).at(0)); // [CLS]

            var tokenizer = WordPieceTokenizer.uncased(bert.vocabulary());
            Function<LabelledInput, Sample> sample = text -> {
                var encoding = tokenizer.encode(text.input().text(), 128);
                return Sample.of(encoding.ids(), encoding.segments())
                        .labelled(labels.indexOf(text.labels().iterator().next()));
            };
            Model.of(tokens, segments)
                    .to(p)
                    .compile(Loss.sparseCategoricalCrossEntropy(), new Adam(3e-5), Metric.accuracy())
                    .fit(Dataset.of(train, 32, sample), 3);
        }
        // So far the guide.
    }
}
