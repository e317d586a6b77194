package io.github.bert4j.bert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.bert.BertConfig.HiddenActivation;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.kernels.Kernels;
import io.github.bert4j.kernels.PortableKernels;
import io.github.bert4j.kernels.onednn.MachineKernels;
import io.github.bert4j.ops.Gradients;
import io.github.bert4j.ops.Plan;
import io.github.bert4j.ops.Results;
import io.github.bert4j.ops.Step;
import io.github.bert4j.tokenize.Vocabulary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Holds every output and every gradient of small models to {@link PlainBert}. */
class BertFormulaTest {
    /** Padded, two segments with a repeated id, and an id 0 in the middle. */
    private static final int[][] IDS = {{2, 5, 3, 0, 0, 0}, {2, 7, 3, 7, 9, 3}, {2, 6, 0, 4, 3, 0}};

    private static final int[][] SEGMENTS = {{0, 0, 0, 0, 0, 0}, {0, 0, 0, 1, 1, 1}, {0, 0, 0, 1, 1, 0}};

    static Stream<Arguments> kernelsAndModels() {
        return Stream.of(
                        bert(12, 3, Gelu.TANH),
                        bert(12, 3, Gelu.ERF),
                        bert(96, 3, Gelu.ERF), // MiniLM's heads are 32 wide
                        albert(12, 8, HiddenActivation.RELU), // Google's Chinese ones
                        albert(12, 12, HiddenActivation.GELU)) // no mapping where the widths are equal
                .flatMap(config -> Stream.of(
                        Arguments.of(new PortableKernels(), config), Arguments.of(MachineKernels.open(), config)));
    }

    private static BertConfig bert(int width, int heads, Gelu gelu) {
        return new BertConfig(11, width, 2, heads, 20, 8, 2, 0.1, 0.1, 0.02, gelu);
    }

    private static BertConfig albert(int width, int embeddingSize, HiddenActivation activation) {
        return new BertConfig(
                11,
                width,
                3,
                3,
                20,
                8,
                2,
                0.1,
                0.1,
                0.02,
                Gelu.TANH,
                BertConfig.Architecture.ALBERT,
                embeddingSize,
                activation,
                Design.BERT);
    }

    @ParameterizedTest
    @MethodSource("kernelsAndModels")
    void computesTheOriginalsOutputs(Kernels kernels, BertConfig config) {
        try (Graph graph = new Graph(1, kernels)) {
            Bert bert = bert(graph, config);
            Tensor tokens = graph.ids("tokens");
            Tensor segments = graph.ids("segments");
            List<Tensor> outputs = new ArrayList<>(bert.hiddenStates(tokens, segments));
            int layers = outputs.size();
            Tensor last = outputs.get(layers - 1);
            Tensor pooled = bert.pool(last);
            outputs.add(pooled);
            outputs.add(bert.maskedWordLogits(last));
            outputs.add(bert.nextSentenceLogits(pooled));
            PlainBert plain = plain(bert, graph);
            Plan plan = Plan.of(
                    graph.sameDiff(), outputs.stream().map(Tensor::variable).toList());
            try (Results results = graph.run(plan, inputs(), Step.inference())) {
                for (int b = 0; b < IDS.length; b++) {
                    List<double[][]> states = plain.encode(IDS[b], SEGMENTS[b]);
                    double[] plainPooled = plain.pool(states.get(layers - 1));
                    for (int t = 0; t < IDS[b].length; t++) {
                        if (IDS[b][t] != 0) {
                            int row = b * IDS[b].length + t;
                            for (int layer = 0; layer < layers; layer++) {
                                assertRow(states.get(layer)[t], results, outputs.get(layer), row);
                            }
                            assertRow(
                                    plain.maskedWordLogits(states.get(layers - 1)[t]),
                                    results,
                                    outputs.get(layers + 1),
                                    row);
                        }
                    }
                    assertRow(plainPooled, results, pooled, b);
                    assertRow(plain.nextSentenceLogits(plainPooled), results, outputs.get(layers + 2), b);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kernelsAndModels")
    void computesEveryGradient(Kernels kernels, BertConfig config) {
        try (Graph graph = new Graph(1, kernels)) {
            Bert bert = bert(graph, config);
            Tensor factors = graph.floats("factors", Shape.UNKNOWN, Shape.UNKNOWN, config.hiddenSize());
            Tensor x = bert.apply(graph.ids("tokens"), graph.ids("segments"));
            SDVariable loss = x.variable().mul(factors.variable()).sum();
            Map<SDVariable, SDVariable> gradients = Gradients.of(
                    loss, bert.weights().stream().map(Weight::variable).toList());
            assertEquals(bert.weights().size(), gradients.size());
            float[][][] random = factors(config.hiddenSize(), new Random(3));
            Map<String, INDArray> inputs = new HashMap<>(inputs());
            inputs.put("factors", Nd4j.createFromArray(random));
            Map<String, double[]> weights = weights(graph);
            PlainBert plain = new PlainBert(bert.config(), weights);
            Plan plan = Plan.of(graph.sameDiff(), gradients.values());
            try (Results results = graph.run(plan, inputs, Step.inference())) {
                gradients.forEach((variable, gradient) -> {
                    float[] values = results.floats(gradient);
                    double[] weight = weights.get(variable.name());
                    // Every element of vectors, every fifth of matrices, few of large ones.
                    int stride = weight.length > 1000 ? 997 : weight.length > 48 ? 5 : 1;
                    for (int i = 0; i < weight.length; i += stride) {
                        double numeric = numeric(plain, random, weight, i);
                        assertEquals(numeric, values[i], 1e-4 * Math.max(1, Math.abs(numeric)), variable.name());
                    }
                });
            }
        }
    }

    /** The central difference of the loss by one weight. */
    private static double numeric(PlainBert plain, float[][][] factors, double[] weight, int index) {
        double step = 1e-5;
        double value = weight[index];
        weight[index] = value + step;
        double above = loss(plain, factors);
        weight[index] = value - step;
        double below = loss(plain, factors);
        weight[index] = value;
        return (above - below) / (2 * step);
    }

    private static double loss(PlainBert plain, float[][][] factors) {
        double loss = 0;
        for (int b = 0; b < IDS.length; b++) {
            List<double[][]> states = plain.encode(IDS[b], SEGMENTS[b]);
            double[][] x = states.get(states.size() - 1);
            for (int t = 0; t < x.length; t++) {
                for (int i = 0; i < x[t].length; i++) {
                    loss += factors[b][t][i] * x[t][i];
                }
            }
        }
        return loss;
    }

    /** Random at real tokens, 0 at padding. */
    private static float[][][] factors(int width, Random random) {
        float[][][] factors = new float[IDS.length][IDS[0].length][width];
        for (int b = 0; b < IDS.length; b++) {
            for (int t = 0; t < IDS[b].length; t++) {
                for (int i = 0; i < width && IDS[b][t] != 0; i++) {
                    factors[b][t][i] = random.nextFloat() - 0.5f;
                }
            }
        }
        return factors;
    }

    /** Random everywhere, biases and norms too, so that none can be left out unnoticed. */
    private static Bert bert(Graph graph, BertConfig config) {
        Bert bert = Bert.blank(graph, config, Vocabulary.of(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")));
        Random random = new Random(7);
        double deviation = Math.sqrt(3.0 / config.hiddenSize());
        for (Weight weight : graph.weights()) {
            float[] values = new float[Math.toIntExact(weight.shape().elements())];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float)
                        (deviation * random.nextGaussian() + (weight.name().endsWith("gamma") ? 1 : 0));
            }
            weight.assign(values);
        }
        return bert;
    }

    private static PlainBert plain(Bert bert, Graph graph) {
        return new PlainBert(bert.config(), weights(graph));
    }

    private static Map<String, double[]> weights(Graph graph) {
        Map<String, double[]> weights = new HashMap<>();
        for (Weight weight : graph.weights()) {
            float[] values = weight.values();
            double[] copy = new double[values.length];
            for (int i = 0; i < copy.length; i++) {
                copy[i] = values[i];
            }
            weights.put(weight.name(), copy);
        }
        return weights;
    }

    private static Map<String, INDArray> inputs() {
        return Map.of("tokens", Nd4j.createFromArray(IDS), "segments", Nd4j.createFromArray(SEGMENTS));
    }

    private static void assertRow(double[] expected, Results results, Tensor output, int row) {
        float[] values = results.floats(output.variable());
        assertTrue(values.length >= (row + 1) * expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], values[row * expected.length + i], 2e-5, output + " row " + row);
        }
    }
}
