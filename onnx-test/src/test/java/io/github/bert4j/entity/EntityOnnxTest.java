package io.github.bert4j.entity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnxruntime.OrtException;
import io.github.bert4j.bert.Bert;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.onnx.Comparison;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Named entities in ONNX Runtime. */
class EntityOnnxTest {
    private static final List<String> LABELS = List.of("a", "b");

    private final Random random = new Random(13);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void computesTheScoresThatAreDecoded(EntityHead head) throws IOException, OrtException {
        Path checkpoint = Comparison.tinyBert(folder);
        Path file = folder.resolve("out/model.onnx");
        Path weights = folder.resolve("weights.safetensors");
        try (var recognizer = EntityRecognizer.fromCheckpoint(checkpoint, LABELS, head, EntityRecognizer.DEFAULTS)) {
            recognizer.exportOnnx(file);
            recognizer.model().saveWeights(weights);
        }
        try (var graph = new Graph(1);
                var runtime = new Comparison(file)) {
            var bert = Bert.load(graph, checkpoint);
            var tokens = graph.ids("tokens");
            var model = SpanModel.of(head, tokens, bert.apply(tokens), LABELS);
            model.training().loadWeights(weights);
            double worst = runtime.compare(
                    model.predicting(),
                    Comparison.texts(random, bert.vocabulary().size(), 50, 3, 24));
            System.out.printf("entity, %s: %.1e%n", head, worst);
        }
    }

    @Test
    void tellsWhatViterbiNeeds() throws IOException, OrtException {
        try (var recognizer = EntityRecognizer.fromCheckpoint(
                        Comparison.tinyBert(folder), LABELS, EntityHead.CRF, EntityRecognizer.DEFAULTS);
                var runtime = exported(recognizer)) {
            try (var tokens = runtime.tensor(new int[][] {{12, 13}})) {
                Map<String, float[]> computed = runtime.run(Map.of("tokens", tokens));
                assertEquals(25, computed.get("transitions").length);
                assertArrayEquals(new float[] {100, 200, 300, 400, 500}, computed.get("starts"));
                assertArrayEquals(new float[] {-100, -200, -300, -400, -500}, computed.get("ends"));
            }
        }
    }

    private Comparison exported(EntityRecognizer recognizer) throws IOException, OrtException {
        Map<String, float[]> values =
                Map.of("starts", new float[] {1, 2, 3, 4, 5}, "ends", new float[] {-1, -2, -3, -4, -5});
        for (Weight weight : recognizer.model().weights()) {
            values.forEach((name, some) -> {
                if (weight.name().endsWith("/" + name)) {
                    weight.assign(some);
                }
            });
        }
        Path file = folder.resolve("out/model.onnx");
        recognizer.exportOnnx(file);
        return new Comparison(file);
    }
}
