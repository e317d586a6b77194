package io.github.bert4j.bert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.kernels.PortableKernels;
import io.github.bert4j.layers.Activation;
import io.github.bert4j.layers.Layers;
import io.github.bert4j.models.Model;
import io.github.bert4j.models.Prediction;
import io.github.bert4j.ops.Gradients;
import io.github.bert4j.ops.Plan;
import io.github.bert4j.ops.Results;
import io.github.bert4j.ops.Step;
import io.github.bert4j.testdata.AdapterFiles;
import io.github.bert4j.testdata.FamilyFiles;
import io.github.bert4j.tokenize.CheckpointTokenizer;
import io.github.bert4j.train.Adam;
import io.github.bert4j.train.Loss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.factory.Nd4j;

/** Adapters against what Hugging Face's peft computes, for every kind of encoder, and in a graph that others share. */
class AdapterTest {
    private static final String NAMES = "io.github.bert4j.testdata.FamilyFiles#NAMES";
    private static final List<Sample> SAMPLES =
            List.of(Sample.of(new int[] {2, 9, 11, 7, 3}), Sample.of(new int[] {2, 8, 3}));

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void computesAndLearnsAsPeftDoes(boolean portable) throws IOException {
        Path files = AdapterFiles.write(folder.resolve("files"));
        JsonNode expected =
                new ObjectMapper().readTree(files.resolve(AdapterFiles.EXPECTED).toFile());
        try (Graph graph = portable ? new Graph(1, new PortableKernels()) : new Graph(1)) {
            Bert bert = Bert.load(graph, files);
            AdapterValues values = AdapterValues.loadPeft(files.resolve("adapter"), bert.config());
            assertEquals(3, values.settings().rank());
            assertEquals(5, values.settings().alpha());
            bert.adapt(values.settings()).assign(values);
            Tensor tokens = graph.ids("tokens");
            Tensor factors = graph.floats("factors", Shape.UNKNOWN, Shape.UNKNOWN, 16);
            Tensor output = bert.apply(tokens);
            SDVariable sum = output.variable().mul(factors.variable()).sum();
            List<Weight> weights = bert.adapter().orElseThrow().weights();
            var parts =
                    Gradients.parts(sum, weights.stream().map(Weight::variable).toList());
            List<SDVariable> read = new ArrayList<>(List.of(output.variable()));
            weights.forEach(weight -> read.add(parts.get(weight.variable()).values()));
            try (Results results = graph.run(
                    Plan.of(graph.sameDiff(), read),
                    Map.of(
                            "tokens", Nd4j.createFromArray(ints(expected.path("ids"))),
                            "factors",
                                    Nd4j.createFromArray(floats(expected.path("factors")))
                                            .reshape(2, 5, 16)),
                    Step.inference())) {
                assertClose(floats(expected.path("output")), results.floats(read.get(0)), "output");
                for (int i = 0; i < weights.size(); i++) {
                    String name = peftName(weights.get(i).name());
                    JsonNode gradient = expected.path("gradients").path(name);
                    float[] theirs = CheckpointWeights.transposed(floats(gradient), gradient.size());
                    assertClose(theirs, results.floats(read.get(i + 1)), name);
                }
                assertEquals(expected.path("gradients").size(), weights.size());
            }
        }
    }

    @Test
    void peftsFilesComeBackAsTheyWere() throws IOException {
        Path files = AdapterFiles.write(folder.resolve("files"));
        BertConfig config = BertConfig.of(files);
        AdapterValues values = AdapterValues.loadPeft(files.resolve("adapter"), config);
        values.savePeft(folder.resolve("saved"), config, "base");
        AdapterValues saved = AdapterValues.loadPeft(folder.resolve("saved"), config);
        assertEquals(values.settings(), saved.settings());
        assertEquals(values.factors().keySet(), saved.factors().keySet());
        values.factors().forEach((dense, factors) -> {
            assertArrayEquals(factors.a(), saved.factors().get(dense).a());
            assertArrayEquals(factors.b(), saved.factors().get(dense).b());
        });
    }

    @Test
    void refusesAdaptersOfOtherKindsByName() throws IOException {
        Path files = AdapterFiles.write(folder.resolve("files"));
        Path config = files.resolve("adapter/adapter_config.json");
        String written = Files.readString(config);
        BertConfig own = BertConfig.of(files);
        for (var change : Map.of(
                        "\"peft_type\": \"LORA\"", "\"peft_type\": \"IA3\"",
                        "\"use_dora\": false", "\"use_dora\": true",
                        "\"bias\": \"none\"", "\"bias\": \"all\"",
                        "\"r\": 3", "\"r\": 4",
                        "\"rank_pattern\": {}", "\"rank_pattern\": {\"query\": 2}",
                        "{", "[")
                .entrySet()) {
            assertTrue(written.contains(change.getKey()), change.getKey());
            Files.writeString(config, written.replace(change.getKey(), change.getValue()));
            IOException refusal = assertThrows(
                    IOException.class, () -> AdapterValues.loadPeft(files.resolve("adapter"), own), change.getValue());
            assertTrue(refusal.getMessage().contains(files.toString()), refusal.getMessage());
        }
    }

    /** Whether there is an adapter that has learned nothing, or one that is merged, nothing differs but by rounding. */
    @ParameterizedTest
    @FieldSource(NAMES)
    void anAdapterChangesWhatItHasLearnedAlone(String name) throws IOException {
        Path checkpoint = checkpoint(name);
        float[][] plain;
        try (Graph graph = new Graph(1)) {
            plain = outputs(Bert.load(graph, checkpoint));
        }
        AdapterValues learned;
        float[][] adapted;
        try (Graph graph = new Graph(1)) {
            Bert bert = Bert.load(graph, checkpoint);
            String checksum = bert.checksum();
            Adapter adapter = bert.adapt(LowRank.of(2));
            Model model = model(bert);
            assertClose(plain, outputs(model));
            fill(adapter);
            adapted = outputs(model);
            assertFalse(Arrays.equals(plain[0], adapted[0]));
            learned = adapter.values();
            assertEquals(checksum, bert.checksum());
            assertThrows(IllegalStateException.class, () -> bert.save(folder.resolve("other")));
        }
        try (Graph graph = new Graph(1)) {
            Bert bert = Bert.load(graph, checkpoint);
            learned.mergeInto(bert);
            assertClose(adapted, outputs(bert));
        }
    }

    @Test
    void trainsWhatAdaptsAndTheHeadAlone() throws IOException {
        Path checkpoint = checkpoint("bert");
        try (Graph graph = new Graph(1)) {
            Bert bert = Bert.load(graph, checkpoint);
            Adapter adapter = bert.adapt(LowRank.of(2)
                    .withKernels(LowRank.Kernel.QUERY, LowRank.Kernel.OUTPUT)
                    .withLayers(Set.of(1))
                    .withDropout(0.2));
            assertEquals(4, adapter.weights().size());
            Tensor tokens = graph.ids("tokens");
            Model model = Model.of(tokens)
                    .to(Layers.dense(1, Activation.SIGMOID)
                            .apply(bert.apply(tokens).at(0)));
            Map<String, float[]> before = weights(model);
            Dataset dataset = Dataset.of(SAMPLES, 2, sample -> sample.labelled(sample.length() > 4 ? 1f : 0f));
            double[] losses = model.compile(Loss.binaryCrossEntropy(), new Adam(0.02))
                    .fit(dataset, 20)
                    .values("loss");
            assertTrue(losses[19] < losses[0] / 2, losses[0] + " " + losses[19]);
            weights(model).forEach((weight, values) -> {
                boolean learned = weight.contains("lora_") || weight.startsWith("dense");
                assertEquals(!learned, Arrays.equals(before.get(weight), values), weight);
            });
        }
    }

    @Test
    void manyAdaptersShareOneBase() throws IOException {
        Path checkpoint = checkpoint("bert");
        Graph base = new Graph(1);
        Bert shared = Bert.load(base, checkpoint);
        Model unadapted = model(shared);
        float[][] plain = outputs(unadapted);
        List<Graph> graphs = new ArrayList<>();
        List<float[][]> together = new ArrayList<>();
        List<Model> models = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Graph graph = Graph.sharing(i, base);
            graphs.add(graph);
            Bert bert = Bert.sharing(graph, shared);
            fill(bert.adapt(LowRank.of(1 + i)));
            models.add(model(bert));
            together.add(outputs(models.get(i)));
            Weight own = graph.weightsNamed(".*word_embeddings").get(0);
            assertThrows(IllegalStateException.class, () -> own.assign(own.values()));
            assertThrows(IllegalStateException.class, () -> graph.unfreeze(List.of(own)));
        }
        for (int i = 0; i < 3; i++) {
            try (Graph graph = new Graph(i)) {
                Bert bert = Bert.load(graph, checkpoint);
                fill(bert.adapt(LowRank.of(1 + i)));
                assertArrayEquals(outputs(bert), together.get(i));
            }
        }
        assertArrayEquals(plain, outputs(unadapted));
        base.close();
        assertArrayEquals(together.get(1), outputs(models.get(1)));
        graphs.forEach(Graph::close);
        assertThrows(IllegalStateException.class, () -> outputs(models.get(1)));
        assertThrows(IllegalStateException.class, () -> Graph.sharing(1, base));
    }

    @Test
    void isComputedOnceForWhateverIsReadOfIt() throws IOException {
        try (Graph graph = new Graph(1)) {
            Bert bert = Bert.load(graph, checkpoint("bert"));
            Tensor tokens = graph.ids("tokens");
            List<Tensor> states = bert.hiddenStates(tokens);
            assertEquals(
                    states.get(states.size() - 1).name(), bert.apply(tokens).name());
            Tensor others = graph.ids("others");
            assertFalse(bert.apply(others).name().equals(bert.apply(tokens).name()));
        }
    }

    @Test
    void someLayersAreABertOfTheirOwn() throws IOException {
        for (String name : List.of("bert", "modernbert", "roformer")) {
            Path checkpoint = checkpoint(name);
            try (Graph graph = new Graph(1);
                    Graph small = new Graph(2)) {
                Bert bert = Bert.load(graph, checkpoint);
                int last = bert.config().numHiddenLayers() - 1;
                Bert shallow = bert.withLayers(small, List.of(0));
                assertEquals(1, shallow.config().numHiddenLayers());
                if (!name.equals("modernbert")) { // whose last layer's output is normalized once more
                    Tensor tokens = graph.ids("tokens");
                    Model first = Model.of(tokens).to(bert.hiddenStates(tokens).get(1));
                    assertArrayEquals(outputs(first), outputs(shallow));
                }
                assertThrows(IllegalArgumentException.class, () -> bert.withLayers(small, List.of(last + 1)));
            }
        }
    }

    private Path checkpoint(String name) throws IOException {
        Path files = FamilyFiles.write(name, folder.resolve("files-" + name));
        Path checkpoint = folder.resolve("checkpoint-" + name);
        try (Graph graph = new Graph(3)) {
            Bert.random(graph, BertConfig.of(files).withDropout(0), CheckpointTokenizer.load(files))
                    .saveHuggingFace(checkpoint);
        }
        return checkpoint;
    }

    private static void fill(Adapter adapter) {
        SplittableRandom random = new SplittableRandom(5);
        for (Weight weight : adapter.weights()) {
            float[] values = weight.values();
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (random.nextDouble() - 0.5);
            }
            weight.assign(values);
        }
    }

    private static Model model(Bert bert) {
        Tensor tokens = bert.graph().ids("tokens");
        return Model.of(tokens).to(bert.apply(tokens));
    }

    private static float[][] outputs(Bert bert) {
        return outputs(model(bert));
    }

    private static float[][] outputs(Model model) {
        return model.predict(SAMPLES, 2).stream()
                .map((Prediction prediction) -> prediction.output(0).values())
                .toArray(float[][]::new);
    }

    private static Map<String, float[]> weights(Model model) {
        Map<String, float[]> weights = new TreeMap<>();
        model.weights().forEach(weight -> weights.put(weight.name(), weight.values()));
        return weights;
    }

    private static String peftName(String weight) {
        String name = weight.replace("bert/encoder/layer_", "encoder/layer/").replace('/', '.');
        return name.replace(".lora_a", ".lora_A.weight").replace(".lora_b", ".lora_B.weight");
    }

    private static void assertClose(float[][] expected, float[][] actual) {
        for (int i = 0; i < expected.length; i++) {
            assertClose(expected[i], actual[i], "row " + i);
        }
    }

    private static void assertClose(float[] expected, float[] actual, String what) {
        assertEquals(expected.length, actual.length, what);
        double largest = 1;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], 1e-5 * largest, what + ", " + i);
        }
    }

    private static int[][] ints(JsonNode rows) {
        int[][] ints = new int[rows.size()][rows.get(0).size()];
        for (int i = 0; i < ints.length; i++) {
            for (int j = 0; j < ints[i].length; j++) {
                ints[i][j] = rows.get(i).get(j).asInt();
            }
        }
        return ints;
    }

    private static float[] floats(JsonNode node) {
        List<Float> all = new ArrayList<>();
        collect(node, all);
        float[] floats = new float[all.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = all.get(i);
        }
        return floats;
    }

    private static void collect(JsonNode node, List<Float> all) {
        if (node.isNumber()) {
            all.add((float) node.asDouble());
        }
        node.forEach(child -> collect(child, all));
    }
}
