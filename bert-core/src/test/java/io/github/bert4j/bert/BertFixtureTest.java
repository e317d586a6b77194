package io.github.bert4j.bert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.SharedFiles;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.kernels.Kernels;
import io.github.bert4j.kernels.PortableKernels;
import io.github.bert4j.kernels.onednn.MachineKernels;
import io.github.bert4j.layers.Activation;
import io.github.bert4j.layers.Layers;
import io.github.bert4j.ops.Gradients;
import io.github.bert4j.ops.Plan;
import io.github.bert4j.ops.Results;
import io.github.bert4j.ops.SoftmaxCrossEntropyOp;
import io.github.bert4j.ops.Step;
import io.github.bert4j.tokenize.WordPieceTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Holds outputs and gradients to independent references: ONNX Runtime's, and float64 PyTorch's. */
class BertFixtureTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private enum Which {
        PORTABLE(PortableKernels::new),
        FASTEST(MachineKernels::open);

        private final Supplier<Kernels> make;

        Which(Supplier<Kernels> make) {
            this.make = make;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PORTABLE, ERF, outputs.json",
        "PORTABLE, TANH, outputs-tanh.json",
        "FASTEST, ERF, outputs.json",
        "FASTEST, TANH, outputs-tanh.json"
    })
    void agreesWithTheReferenceOnChineseText(Which kernels, Gelu gelu, String file) throws IOException {
        Path reference = SharedFiles.require("fixtures/bge-small-zh-v1.5/" + file);
        Path checkpoint = SharedFiles.require("checkpoints/bge-small-zh-v1.5");
        try (Graph graph = new Graph(1, kernels.make.get())) {
            assertAgrees(reference, graph, Bert.load(graph, checkpoint, gelu));
        }
    }

    private static void assertAgrees(Path reference, Graph graph, Bert bert) throws IOException {
        JsonNode expected = JSON.readTree(reference.toFile());
        Tensor tokens = graph.ids("tokens");
        Tensor segments = graph.ids("segments");
        Tensor output = bert.apply(tokens, segments);
        Plan plan = Plan.of(graph.sameDiff(), List.of(output.variable()));
        for (JsonNode sample : expected.get("cases")) {
            Map<String, INDArray> inputs = Map.of(
                    "tokens", matrix(List.of(sample.get("input_ids"))),
                    "segments", matrix(List.of(sample.get("segment_ids"))));
            try (Results results = graph.run(plan, inputs, Step.inference())) {
                float[] values = results.floats(output.variable());
                for (int t = 0; t < sample.get("length").asInt(); t++) {
                    double squares = 0;
                    for (int i = 0; i < 512; i++) {
                        squares += (double) values[t * 512 + i] * values[t * 512 + i];
                    }
                    assertEquals(sample.get("seq_l2").get(t).asDouble(), Math.sqrt(squares), 5e-5);
                    for (int i = 0; i < 8; i++) {
                        assertEquals(sample.get("seq_first8").get(t).get(i).asDouble(), values[t * 512 + i], 5e-5);
                    }
                }
            }
        }
    }

    /** From TensorFlow's format to Hugging Face's, whose config.json tells the GELU. */
    @ParameterizedTest
    @CsvSource({"ERF, outputs.json", "TANH, outputs-tanh.json"})
    void agreesWithTheReferenceAsAHuggingFaceDirectory(Gelu gelu, String file, @TempDir Path folder)
            throws IOException {
        Path reference = SharedFiles.require("fixtures/bge-small-zh-v1.5/" + file);
        try (Graph graph = new Graph(1)) {
            Bert bert = Bert.load(graph, SharedFiles.require("checkpoints/bge-small-zh-v1.5"), gelu);
            bert.saveHuggingFace(folder, WordPieceTokenizer.uncased(bert.vocabulary()));
        }
        try (Graph graph = new Graph(1)) {
            assertAgrees(reference, graph, Bert.load(graph, folder));
        }
    }

    @ParameterizedTest
    @CsvSource({"PORTABLE, ERF, erf", "PORTABLE, TANH, tanh", "FASTEST, ERF, erf", "FASTEST, TANH, tanh"})
    void agreesWithTheReferenceOnTheTinyCheckpoint(Which kernels, Gelu gelu, String key) throws IOException {
        Path directory = SharedFiles.require("fixtures/keras-bert-tiny");
        JsonNode fixture = JSON.readTree(directory.resolve("outputs.json").toFile());
        JsonNode expected = fixture.get(key);
        try (Graph graph = new Graph(1, kernels.make.get())) {
            Tensor tokens = graph.ids("tokens");
            Tensor segments = graph.ids("segments");
            Bert bert = Bert.load(graph, directory, gelu);
            Tensor sequence = bert.apply(tokens, segments);
            Tensor pooled = bert.pool(sequence);
            Tensor words = bert.maskedWordLogits(sequence);
            Tensor next = bert.nextSentenceLogits(pooled);
            Plan plan = Plan.of(
                    graph.sameDiff(),
                    List.of(sequence.variable(), pooled.variable(), words.variable(), next.variable()));
            Map<String, INDArray> inputs = Map.of(
                    "tokens", matrix(rows(fixture.get("input_ids"))),
                    "segments", matrix(rows(fixture.get("segment_ids"))));
            try (Results results = graph.run(plan, inputs, Step.inference())) {
                for (int b = 0; b < 2; b++) {
                    for (int t = 0; t < 8; t++) {
                        if (fixture.get("input_mask").get(b).get(t).asInt() == 1) {
                            assertClose(
                                    expected.get("seq").get(b).get(t),
                                    results.floats(sequence.variable()),
                                    (b * 8 + t) * 4);
                        }
                    }
                    assertClose(expected.get("pooled").get(b), results.floats(pooled.variable()), b * 4);
                    assertClose(expected.get("nsp").get(b), results.floats(next.variable()), b * 2);
                    assertClose(expected.get("mlm_pos1").get(b), results.floats(words.variable()), (b * 8 + 1) * 15);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PORTABLE, ERF, gradients.json",
        "PORTABLE, TANH, gradients-tanh.json",
        "FASTEST, ERF, gradients.json",
        "FASTEST, TANH, gradients-tanh.json"
    })
    void agreesWithTheReferenceInEveryGradient(Which kernels, Gelu gelu, String file) throws IOException {
        JsonNode expected = JSON.readTree(
                SharedFiles.require("fixtures/bge-small-zh-v1.5/" + file).toFile());
        Path checkpoint = SharedFiles.require("checkpoints/bge-small-zh-v1.5");
        try (Graph graph = new Graph(1, kernels.make.get())) {
            Tensor tokens = graph.ids("tokens");
            Tensor segments = graph.ids("segments");
            Tensor classes = graph.ints("classes", -1);
            var head = Layers.dense(2, Activation.LINEAR);
            Tensor logits = head.apply(
                    Bert.load(graph, checkpoint, gelu).apply(tokens, segments).at(0));
            float[] kernel = new float[512 * 2];
            for (int i = 0; i < kernel.length; i++) {
                // W[i, j] = 0.02 sin(1 + 2i + j) and the row-major index is 2i + j.
                kernel[i] = (float) (0.02 * Math.sin(1 + i));
            }
            head.weights().get(0).assign(kernel);
            SDVariable loss = new SoftmaxCrossEntropyOp(logits.variable(), classes.variable())
                    .output()
                    .mean();
            Map<SDVariable, SDVariable> gradients = Gradients.of(
                    loss, graph.weights().stream().map(Weight::variable).toList());
            List<SDVariable> outputs = new ArrayList<>(gradients.values());
            outputs.add(loss);
            Map<String, INDArray> inputs = Map.of(
                    "tokens", matrix(rows(expected.get("input_ids"))),
                    "segments", matrix(rows(expected.get("segment_ids"))),
                    "classes", Nd4j.createFromArray(0, 1, 0, 1));
            try (Results results = graph.run(Plan.of(graph.sameDiff(), outputs), inputs, Step.inference())) {
                double reference = expected.get("loss").asDouble();
                assertEquals(reference, results.floats(loss)[0], 1e-5 * reference);
                double floor = 1e-6 * expected.get("global_grad_norm").asDouble();
                int checked = 0;
                for (Map.Entry<SDVariable, SDVariable> gradient : gradients.entrySet()) {
                    JsonNode tensor =
                            expected.get("grads").get(gradient.getKey().name());
                    if (tensor == null) {
                        continue;
                    }
                    checked++;
                    float[] values = results.floats(gradient.getValue());
                    double squares = 0;
                    for (float value : values) {
                        squares += (double) value * value;
                    }
                    double l2 = tensor.get("l2").asDouble();
                    double tolerance = 1e-4 * l2 + floor;
                    assertEquals(
                            l2, Math.sqrt(squares), tolerance, gradient.getKey().name());
                    for (int i = 0; i < tensor.get("first4").size(); i++) {
                        assertEquals(tensor.get("first4").get(i).asDouble(), values[i], tolerance);
                    }
                    for (int i = 0; i < tensor.get("mid4").size(); i++) {
                        assertEquals(
                                tensor.get("mid4").get(i).asDouble(),
                                values[values.length / 2 + i],
                                tolerance,
                                gradient.getKey().name());
                    }
                }
                assertTrue(checked >= 69, "checked " + checked);
            }
        }
    }

    private static void assertClose(JsonNode expected, float[] actual, int offset) {
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i).asDouble(), actual[offset + i], 5e-5);
        }
    }

    private static List<JsonNode> rows(JsonNode matrix) {
        List<JsonNode> rows = new ArrayList<>();
        matrix.forEach(rows::add);
        return rows;
    }

    private static INDArray matrix(List<JsonNode> rows) {
        int[][] values = new int[rows.size()][rows.get(0).size()];
        for (int i = 0; i < values.length; i++) {
            for (int j = 0; j < values[i].length; j++) {
                values[i][j] = rows.get(i).get(j).asInt();
            }
        }
        return Nd4j.createFromArray(values);
    }
}
