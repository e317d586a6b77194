package io.github.bert4j.relation;

import ai.onnxruntime.OrtException;
import io.github.bert4j.bert.Bert;
import io.github.bert4j.data.IntValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.models.Prediction;
import io.github.bert4j.onnx.Comparison;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both models of relations in ONNX Runtime, the second on what the first one made. */
class RelationOnnxTest {
    private final Random random = new Random(12);

    @TempDir
    private Path folder;

    @Test
    void computesSubjectsAndTheirObjects() throws IOException, OrtException {
        Path checkpoint = Comparison.tinyBert(folder);
        Path file = folder.resolve("out/model.onnx");
        Path weights = folder.resolve("weights.safetensors");
        List<String> predicates = List.of("a", "b", "c");
        try (var extractor = RelationExtractor.fromCheckpoint(checkpoint, predicates, RelationExtractor.DEFAULTS)) {
            extractor.exportOnnx(file);
            extractor.model().saveWeights(weights);
        }
        try (var graph = new Graph(1);
                var subjects = new Comparison(file);
                var objects = new Comparison(file.resolveSibling("model-objects.onnx"))) {
            var bert = Bert.load(graph, checkpoint);
            var models = RelationModels.of(graph, bert, predicates.size());
            models.training().loadWeights(weights);
            int[][] texts = Comparison.texts(random, bert.vocabulary().size(), 40, 7, 21);
            int[][] padded =
                    Arrays.stream(texts).map(text -> Arrays.copyOf(text, 40)).toArray(int[][]::new);
            int[][] first = {{3}, {0}, {20}};
            int[][] last = {{5}, {6}, {20}};
            List<Prediction> found = models.subjects()
                    .predict(Arrays.stream(padded).map(Sample::of).toList(), 3);
            try (var tokens = subjects.tensor(texts)) {
                Map<String, float[]> computed = subjects.run(Map.of("tokens", tokens));
                double worst = subjects.difference(found, computed);
                List<Prediction> theirs = models.objects()
                        .predict(
                                IntStream.range(0, 3)
                                        .mapToObj(i -> Sample.of(
                                                found.get(i).output(2), IntValues.of(first[i]), IntValues.of(last[i])))
                                        .toList(),
                                3);
                try (var vectors = objects.tensor(computed.get("vectors"), 3, 40, 32);
                        var firsts = objects.tensor(first);
                        var lasts = objects.tensor(last)) {
                    double worstObject = objects.difference(
                            theirs,
                            objects.run(Map.of("vectors", vectors, "subject_first", firsts, "subject_last", lasts)));
                    System.out.printf("relation: subjects %.1e, objects %.1e%n", worst, worstObject);
                }
            }
        }
    }
}
