package io.github.bert4j.examples;

import static io.github.bert4j.layers.Activation.SOFTMAX;
import static io.github.bert4j.layers.Layers.dense;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.models.Model;
import io.github.bert4j.onnx.OnnxModel;
import io.github.bert4j.sentiment.SentimentClassifier;
import java.io.IOException;
import java.nio.file.Path;

/** A task's model, and one made by hand, as ONNX. */
public final class OnnxExample {
    private OnnxExample() {}

    /** Writes what the bundle in the first directory holds to the second one. */
    public static void main(String[] arguments) throws IOException {
        export(Path.of(arguments[0]), Path.of(arguments[1]));
    }

    static void export(Path bundle, Path folder) throws IOException {
        // The guide shows what follows.
        try (var classifier = SentimentClassifier.load(bundle)) {
            classifier.exportOnnx(folder.resolve("model.onnx")); // beside it vocab.txt and model.json
        }
        // So far the guide.
    }

    static void byHand(Path checkpoint, Path file) throws IOException {
        // The guide shows what follows.
        try (var graph = new Graph(42)) {
            var bert = Bert.load(graph, checkpoint);
            var tokens = graph.ids("tokens");
            var probabilities = dense(3, SOFTMAX).apply(bert.apply(tokens).at(0));
            var model = Model.of(tokens).to(probabilities);
            // … train it, then
            OnnxModel.of(model).withOutputs("probabilities").write(file);
        }
        // So far the guide.
    }
}
