package io.github.bert4j.joint;

import ai.onnxruntime.OrtException;
import io.github.bert4j.bert.Bert;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.onnx.Comparison;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels and entities at once in ONNX Runtime. */
class JointOnnxTest {
    private final Random random = new Random(14);

    @TempDir
    private Path folder;

    @Test
    void computesProbabilitiesAndEmissions() throws IOException, OrtException {
        Path checkpoint = Comparison.tinyBert(folder);
        Path file = folder.resolve("out/model.onnx");
        Path weights = folder.resolve("weights.safetensors");
        var labels = new JointLabels(List.of("x", "y", "z"), List.of("a", "b"));
        try (var recognizer = JointRecognizer.fromCheckpoint(checkpoint, labels, JointRecognizer.DEFAULTS)) {
            recognizer.exportOnnx(file);
            recognizer.model().saveWeights(weights);
        }
        try (var graph = new Graph(1);
                var runtime = new Comparison(file)) {
            var bert = Bert.load(graph, checkpoint);
            var network = JointModel.of(graph, bert, labels);
            network.training().loadWeights(weights);
            double worst = runtime.compare(
                    network.predicting(),
                    Comparison.texts(random, bert.vocabulary().size(), 50, 3, 24));
            System.out.printf("joint: %.1e%n", worst);
        }
    }
}
