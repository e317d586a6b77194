package io.github.bert4j.onnx;

import static io.github.bert4j.layers.Layers.dense;
import static io.github.bert4j.layers.Layers.gather;
import static io.github.bert4j.layers.Layers.globalPointer;
import static io.github.bert4j.layers.Layers.lambda;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.bert.BertConfig;
import io.github.bert4j.checkpoint.TensorSource;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.layers.Activation;
import io.github.bert4j.models.Model;
import io.github.bert4j.onnx.ParsedModel.Value;
import io.github.bert4j.tokenize.Vocabulary;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;

/** What is in the files; what ONNX Runtime computes from them is for the module onnx-test, as it is a large download. */
class OnnxModelTest {
    /** Those of ONNX 1.12 that BERT with all layers comes to; each is of operator set 17 or an older one. */
    private static final Set<String> STANDARD = Set.of(
            "Add",
            "And",
            "Cast",
            "Concat",
            "Cos",
            "Div",
            "Equal",
            "Erf",
            "Gather",
            "GatherND",
            "Greater",
            "GreaterOrEqual",
            "Identity",
            "LayerNormalization",
            "MatMul",
            "Mod",
            "Mul",
            "Not",
            "Range",
            "ReduceSum",
            "Reshape",
            "Shape",
            "Sigmoid",
            "Sin",
            "Softmax",
            "Sub",
            "Tanh",
            "Transpose",
            "Unsqueeze",
            "Where");

    private static final int INT32 = 6;
    private static final int FLOAT = 1;

    @TempDir
    private Path folder;

    private Path file;
    private Graph graph;
    private Bert bert;
    private Tensor tokens;

    @BeforeEach
    void build() {
        file = folder.resolve("model.onnx");
        graph = new Graph(7);
        bert = Bert.random(
                graph,
                new BertConfig(6, 8, 2, 2, 16, 12, 2, 0.1, 0.1, 0.02, Gelu.ERF),
                Vocabulary.of(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b")));
        tokens = graph.ids("tokens");
    }

    @AfterEach
    void close() {
        graph.close();
    }

    @Test
    void holdsTheWeightsUnderTheirNames() throws IOException {
        Model model = Model.of(tokens).to(dense(3, Activation.SOFTMAX).apply(bert.apply(tokens)));
        OnnxModel.of(model).write(file);
        try (var source = TensorSource.open(file)) {
            for (Weight weight : model.weights()) {
                assertEquals(
                        weight.shape().sizes(), source.tensor(weight.name()).shape(), weight.name());
                float[] values = new float[(int) weight.shape().elements()];
                source.readFloats(weight.name(), FloatBuffer.wrap(values));
                assertArrayEquals(weight.values(), values, weight.name());
            }
        }
    }

    @Test
    void isACheckpointTooWithAConfigurationOfHuggingFaces() throws IOException {
        Model model = Model.of(tokens).to(bert.pool(bert.apply(tokens)));
        OnnxModel.of(model).write(file);
        Files.writeString(folder.resolve("config.json"), """
                {"model_type": "bert", "hidden_act": "gelu", "vocab_size": 6, "hidden_size": 8, "num_hidden_layers": 2,
                 "num_attention_heads": 2, "intermediate_size": 16, "max_position_embeddings": 12, "type_vocab_size": 2}""");
        bert.vocabulary().save(folder.resolve("vocab.txt"));
        try (var other = new Graph(8)) {
            var loaded = Bert.load(other, folder);
            var ids = other.ids("tokens");
            var sample = List.of(Sample.of(new int[] {2, 4, 5, 3}));
            assertArrayEquals(
                    model.predict(sample, 1).get(0).output(0).values(),
                    Model.of(ids)
                            .to(loaded.pool(loaded.apply(ids)))
                            .predict(sample, 1)
                            .get(0)
                            .output(0)
                            .values());
        }
    }

    @Test
    void isAGraphOfStandardOperatorsInOrder() throws IOException {
        Tensor segments = graph.ids("segments");
        Tensor positions = graph.ints("positions", Shape.UNKNOWN, Shape.UNKNOWN);
        Tensor x = bert.apply(tokens, segments);
        Tensor real =
                lambda((SDVariable ids) -> ids.gt(0).castTo(DataType.FLOAT)).apply(tokens);
        Tensor mean = lambda((sequence, ids) ->
                        sequence.sum(1).div(ids.gt(0).castTo(DataType.FLOAT).sum(true, 1)))
                .apply(x, tokens);
        OnnxModel.of(Model.of(tokens, segments, positions)
                        .to(
                                dense(1, Activation.SIGMOID).apply(x.at(0)),
                                globalPointer(2).apply(x, real),
                                mean,
                                bert.maskedWordLogits(gather().apply(x, positions)),
                                bert.nextSentenceLogits(bert.pool(x))))
                .write(file);
        ParsedModel parsed = ParsedModel.read(file);
        assertEquals(8, parsed.formatVersion());
        assertEquals(List.of(":17"), parsed.operatorSets());
        Set<String> known = new HashSet<>(parsed.initializers());
        parsed.inputs().forEach(input -> assertTrue(known.add(input.name()), input.name()));
        for (ParsedModel.Node node : parsed.nodes()) {
            assertTrue(STANDARD.contains(node.operator()), node.operator());
            assertTrue(known.containsAll(node.inputs()), node + " comes before its inputs");
            node.outputs().forEach(output -> assertTrue(known.add(output), output + " is made twice"));
        }
        parsed.outputs().forEach(output -> assertTrue(known.contains(output.name()), output.name()));
        assertEquals(
                1 + 2 * 2 + 2 + 1,
                parsed.nodes().stream()
                        .filter(node -> node.operator().equals("LayerNormalization"))
                        .count(),
                "one of the embeddings, two of each of both layers, of the last also at one position, one of the words");
    }

    @Test
    void namesAxes() throws IOException {
        Tensor segments = graph.ids("segments");
        Tensor x = bert.apply(tokens, segments);
        Model model = Model.of(tokens, segments).to(x, x.at(0));
        OnnxModel.of(model).withOutputs("sequence", "first").write(file);
        ParsedModel parsed = ParsedModel.read(file);
        assertEquals(
                List.of(
                        new Value("tokens", INT32, List.of("batch", "length")),
                        new Value("segments", INT32, List.of("batch", "length"))),
                parsed.inputs());
        assertEquals(
                List.of(
                        new Value("sequence", FLOAT, List.of("batch", "length", "8")),
                        new Value("first", FLOAT, List.of("batch", "8"))),
                parsed.outputs());
    }

    /** Axes of one name are of one length in ONNX; those of two texts need not be. */
    @Test
    void givesLengthsThatMayDifferNamesOfTheirOwn() throws IOException {
        Tensor others = graph.ids("others");
        OnnxModel.of(Model.of(tokens, others).to(bert.apply(tokens), bert.apply(others)))
                .write(file);
        ParsedModel parsed = ParsedModel.read(file);
        assertEquals(
                List.of("tokens_length", "others_length"),
                parsed.inputs().stream().map(input -> input.axes().get(1)).toList());
        assertEquals(
                List.of("output_1_axis_1", "output_2_axis_1"),
                parsed.outputs().stream().map(output -> output.axes().get(1)).toList());
    }

    @Test
    void namesTheLayerOfAnOpItDoesNotKnowAndKeepsTheOldFile() throws IOException {
        Files.writeString(file, "old");
        Tensor x = dense(2).apply(bert.apply(tokens).at(0));
        Tensor odd = lambda((SDVariable values) -> values.getSameDiff().math().atan(values))
                .apply(x);
        OnnxModel model = OnnxModel.of(Model.of(tokens).to(dense(1).apply(odd)));
        var refusal = assertThrows(IllegalArgumentException.class, () -> model.write(file));
        assertTrue(refusal.getMessage().contains("(atan) of layer lambda_1"), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("add_scalar"), refusal.getMessage());
        assertEquals("old", Files.readString(file));
    }

    @Test
    void refusesNamesThatDoNotFit() {
        OnnxModel model = OnnxModel.of(Model.of(tokens).to(bert.apply(tokens)));
        assertEquals(List.of("output_1"), model.outputs());
        assertThrows(IllegalArgumentException.class, () -> model.withOutputs("a", "b"));
        assertThrows(IllegalArgumentException.class, () -> model.withOutputs("tokens"));
    }
}
