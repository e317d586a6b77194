package io.github.bert4j.bert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.SharedFiles;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
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
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Holds every kind of encoder to what the public libraries compute with small random models of it. */
class FamilyFixtureTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double TOLERANCE = 5e-5;

    static final List<String> FAMILIES = List.of(
            "roberta",
            "xlm-roberta",
            "bert-unigram",
            "electra",
            "distilbert",
            "ernie",
            "ernie-task",
            "mpnet",
            "roformer",
            "modernbert",
            "nezha");

    static Stream<Arguments> familiesAndKernels() {
        return FAMILIES.stream()
                .flatMap(family -> Stream.of(
                        Arguments.of(family, "portable", (Supplier<Kernels>) PortableKernels::new),
                        Arguments.of(family, "fastest", (Supplier<Kernels>) MachineKernels::open)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("familiesAndKernels")
    void agreesWithTheReference(String family, String which, Supplier<Kernels> kernels) throws IOException {
        Path directory = SharedFiles.require("fixtures/families/" + family);
        JsonNode expected = JSON.readTree(directory.resolve("expected.json").toFile());
        JsonNode batch = expected.get("batch");
        try (Graph graph = new Graph(1, kernels.get())) {
            Bert bert = Bert.load(graph, directory);
            Outputs outputs = new Outputs(graph, bert);
            int[][] ids = matrix(batch.get("input_ids"));
            int[][] segments = batch.has("token_type_ids") ? matrix(batch.get("token_type_ids")) : null;
            outputs.assertAgree(expected, ids, segments, 0);
            for (int row = 0; row < ids.length; row++) {
                int length = batch.get("lengths").get(row).asInt();
                int[][] alone = {Arrays.copyOf(ids[row], length)};
                int[][] ownSegments = segments == null ? null : new int[][] {Arrays.copyOf(segments[row], length)};
                outputs.assertAgree(expected, alone, ownSegments, row);
            }
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("familiesAndKernels")
    void agreesWithTheReferenceInEveryGradient(String family, String which, Supplier<Kernels> kernels)
            throws IOException {
        Path directory = SharedFiles.require("fixtures/families/" + family);
        JsonNode expected = JSON.readTree(directory.resolve("expected.json").toFile());
        JsonNode wanted = expected.get("gradients");
        try (Graph graph = new Graph(1, kernels.get())) {
            Tensor tokens = graph.ids("tokens");
            Tensor segments = graph.ids("segments");
            Tensor classes = graph.ints("classes", -1);
            Bert bert = Bert.load(graph, directory, BertConfig.of(directory).withDropout(0));
            int labels = wanted.get("bias").size();
            var head = Layers.dense(labels, Activation.LINEAR);
            Tensor logits = head.apply(bert.apply(tokens, segments).at(0));
            head.weights().get(0).assign(flat(wanted.get("kernel")));
            head.weights().get(1).assign(flat(wanted.get("bias")));
            SDVariable loss = new SoftmaxCrossEntropyOp(logits.variable(), classes.variable())
                    .output()
                    .mean();
            List<Weight> weights =
                    graph.weights().stream().filter(weight -> isEncoder(weight)).toList();
            Map<SDVariable, SDVariable> gradients =
                    Gradients.of(loss, weights.stream().map(Weight::variable).toList());
            List<SDVariable> all = new ArrayList<>(gradients.values());
            all.add(loss);
            JsonNode batch = expected.get("batch");
            int[][] ids = matrix(batch.get("input_ids"));
            int[][] types = batch.has("token_type_ids") ? matrix(batch.get("token_type_ids")) : zeros(ids);
            Map<String, INDArray> inputs = Map.of(
                    "tokens", Nd4j.createFromArray(ids),
                    "segments", Nd4j.createFromArray(types),
                    "classes", Nd4j.createFromArray(ints(wanted.get("labels"))));
            try (Results results = graph.run(Plan.of(graph.sameDiff(), all), inputs, Step.inference())) {
                assertEquals(
                        wanted.get("loss").asDouble(),
                        results.floats(loss)[0],
                        1e-5 * wanted.get("loss").asDouble());
                Map<String, float[]> byName = inTheFilesLayout(bert, gradients, results);
                double globalNorm = wanted.get("global_norm").asDouble();
                assertEquals(wanted.get("parameters").size(), byName.size() + 2, "parameters");
                byName.forEach((name, values) ->
                        assertGradient(name, wanted.get("parameters").get(name), values, globalNorm));
            }
        }
    }

    private static boolean isEncoder(Weight weight) {
        return weight.name().startsWith("bert/") && !weight.name().startsWith("bert/pooler");
    }

    /** Gradients by the names of the base class, in the layout of its file. */
    private static Map<String, float[]> inTheFilesLayout(
            Bert bert, Map<SDVariable, SDVariable> gradients, Results results) {
        HuggingFaceNames names = new HuggingFaceNames(bert.config().architecture());
        Map<String, float[]> byName = new LinkedHashMap<>();
        for (WeightTable.Entry entry : WeightTable.of(bert.config())) {
            for (Map.Entry<SDVariable, SDVariable> gradient : gradients.entrySet()) {
                if (gradient.getKey().name().equals(entry.name())) {
                    WeightNames.Place place = names.of(entry);
                    float[] values = results.floats(gradient.getValue());
                    float[] stored = place.transposed()
                            ? CheckpointWeights.transposed(
                                    values, Math.toIntExact(entry.shape().size(0)))
                            : values;
                    String base = names.bases().get(0);
                    byName.merge(place.name().substring(base.length()), stored, FamilyFixtureTest::joined);
                }
            }
        }
        return byName;
    }

    private static void assertGradient(String name, JsonNode expected, float[] values, double globalNorm) {
        assertTrue(expected != null, "no gradient is expected of " + name);
        double bound = 2e-5 * globalNorm;
        double squares = 0;
        double sum = 0;
        for (float value : values) {
            squares += (double) value * value;
            sum += value;
        }
        double l2 = expected.get("l2").asDouble();
        assertEquals(l2, Math.sqrt(squares), l2 > 1e-3 * globalNorm ? 1e-4 * l2 : bound, name);
        assertEquals(expected.get("sum").asDouble(), sum, bound, name);
        assertFirst(expected.get("first4"), values, 0, bound, name);
        assertFirst(expected.get("middle4"), values, values.length / 2, bound, name);
        int width = expected.get("shape").get(expected.get("shape").size() - 1).asInt();
        expected.path("rows")
                .properties()
                .forEach(row -> assertFirst(
                        row.getValue(), values, Integer.parseInt(row.getKey()) * width, bound, name + " " + row));
    }

    private static void assertFirst(JsonNode expected, float[] values, int offset, double bound, String name) {
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i).asDouble(), values[offset + i], bound, name);
        }
    }

    /** An encoder with the heads that its file has. */
    private static final class Outputs {
        private final Graph graph;
        private final int hidden;
        private final SDVariable sequence;
        private final SDVariable first;
        private final SDVariable pooled;
        private final SDVariable words;
        private final int vocabulary;
        private final Plan plan;

        Outputs(Graph graph, Bert bert) {
            this.graph = graph;
            this.hidden = bert.config().hiddenSize();
            this.vocabulary = bert.config().vocabSize();
            Tensor tokens = graph.ids("tokens");
            Tensor segments = graph.ids("segments");
            Tensor vectors = bert.apply(tokens, segments);
            this.sequence = vectors.variable();
            this.first = vectors.at(0).variable();
            this.pooled = bert.hasPooler() ? bert.pool(vectors).variable() : null;
            this.words = bert.hasMaskedWords() ? bert.maskedWordLogits(vectors).variable() : null;
            this.plan = Plan.of(
                    graph.sameDiff(),
                    Stream.of(sequence, first, pooled, words)
                            .filter(output -> output != null)
                            .toList());
        }

        void assertAgree(JsonNode expected, int[][] ids, int[][] types, int firstRow) {
            JsonNode outputs = expected.get("outputs");
            assertEquals(outputs.has("pooled_first8"), pooled != null, "pooler");
            assertEquals(outputs.has("masked_lm_logits"), words != null, "masked words");
            Map<String, INDArray> inputs = Map.of(
                    "tokens", Nd4j.createFromArray(ids),
                    "segments", Nd4j.createFromArray(types == null ? zeros(ids) : types));
            try (Results results = graph.run(plan, inputs, Step.inference())) {
                int length = ids[0].length;
                float[] vectors = results.floats(sequence);
                float[] atFirst = results.floats(first);
                for (int row = 0; row < ids.length; row++) {
                    int real = expected.get("batch")
                            .get("lengths")
                            .get(firstRow + row)
                            .asInt();
                    for (int t = 0; t < real; t++) {
                        assertVector(
                                outputs,
                                "last_hidden",
                                firstRow + row,
                                t,
                                vectors,
                                (row * length + t) * hidden,
                                hidden);
                    }
                    assertVector(outputs, "last_hidden", firstRow + row, 0, atFirst, row * hidden, hidden);
                    if (pooled != null) {
                        JsonNode eight = outputs.get("pooled_first8").get(firstRow + row);
                        assertFirst(eight, results.floats(pooled), row * hidden, TOLERANCE, "pooled");
                    }
                }
                for (JsonNode logits : outputs.path("masked_lm_logits")) {
                    int row = logits.get("row").asInt() - firstRow;
                    if (row >= 0 && row < ids.length) {
                        int offset = (row * length + logits.get("position").asInt()) * vocabulary;
                        float[] all = results.floats(words);
                        assertFirst(logits.get("first8"), all, offset, TOLERANCE, "words");
                        assertEquals(logits.get("l2").asDouble(), norm(all, offset, vocabulary), 5e-4);
                    }
                }
            }
        }

        private static void assertVector(
                JsonNode outputs, String what, int row, int position, float[] values, int offset, int width) {
            String name = "%s of row %d at %d".formatted(what, row, position);
            JsonNode eight = outputs.get(what + "_first8").get(row).get(position);
            assertFirst(eight, values, offset, TOLERANCE, name);
            assertEquals(
                    outputs.get(what + "_l2").get(row).get(position).asDouble(),
                    norm(values, offset, width),
                    2 * TOLERANCE,
                    name);
        }
    }

    private static double norm(float[] values, int offset, int width) {
        double squares = 0;
        for (int i = 0; i < width; i++) {
            squares += (double) values[offset + i] * values[offset + i];
        }
        return Math.sqrt(squares);
    }

    private static float[] joined(float[] a, float[] b) {
        float[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    private static float[] flat(JsonNode numbers) {
        List<Float> values = new ArrayList<>();
        for (JsonNode number : numbers) {
            if (number.isArray()) {
                number.forEach(inner -> values.add((float) inner.asDouble()));
            } else {
                values.add((float) number.asDouble());
            }
        }
        float[] array = new float[values.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = values.get(i);
        }
        return array;
    }

    private static int[] ints(JsonNode numbers) {
        int[] values = new int[numbers.size()];
        Arrays.setAll(values, i -> numbers.get(i).asInt());
        return values;
    }

    private static int[][] zeros(int[][] like) {
        return new int[like.length][like[0].length];
    }

    private static int[][] matrix(JsonNode rows) {
        int[][] values = new int[rows.size()][];
        Arrays.setAll(values, i -> ints(rows.get(i)));
        return values;
    }
}
