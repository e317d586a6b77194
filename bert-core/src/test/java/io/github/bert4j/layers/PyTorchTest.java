package io.github.bert4j.layers;

import static io.github.bert4j.layers.Layers.bidirectional;
import static io.github.bert4j.layers.Layers.conv1D;
import static io.github.bert4j.layers.Layers.gru;
import static io.github.bert4j.layers.Layers.lstm;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.IntValues;
import io.github.bert4j.data.Values;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Initializer;
import io.github.bert4j.graph.Layer;
import io.github.bert4j.graph.NumericGradient;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.ops.Gradients;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.LossTerm;
import io.github.bert4j.train.Metric;
import io.github.bert4j.train.Metric.Averaging;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What PyTorch and scikit-learn computed, by {@code bert-benchmarks/src/peer/torch_layers.py}. */
class PyTorchTest {
    private static final int BATCH = 2;
    private static final int LENGTH = 5;
    private static final int WIDTH = 3;
    private static final int UNITS = 4;

    private final Graph graph = new Graph(1);
    private JsonNode expected;
    private Tensor tokens;
    private Weight weight;
    private Tensor x;
    private NumericGradient run;

    @BeforeEach
    void read() throws IOException {
        try (var in = PyTorchTest.class.getResourceAsStream("torch.json")) {
            expected = new ObjectMapper().readTree(in);
        }
        tokens = graph.ids("tokens");
        weight = graph.weight("x", Shape.of(BATCH, LENGTH, WIDTH), Initializer.zeros());
        weight.assign(floats(expected.get("x")));
        x = Tensor.of(graph, weight.variable(), Shape.of(Shape.UNKNOWN, Shape.UNKNOWN, WIDTH));
        run = new NumericGradient(graph).with(tokens, Nd4j.createFromArray(new int[][] {{1, 1, 1, 1, 1}, {1, 1, 1, 0, 0}
        }));
    }

    @AfterEach
    void close() {
        graph.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"lstm", "gru"})
    void recurrentLayersComputeTheSame(String kind) {
        JsonNode torch = expected.get(kind);
        Recurrent cell = kind.equals("lstm") ? lstm(UNITS) : gru(UNITS);
        Bidirectional sequences = bidirectional(cell.withSequences());
        Bidirectional last = bidirectional(cell);
        Tensor sequence = sequences.apply(x, tokens);
        Tensor state = last.apply(x, tokens);
        assign(sequences, torch.get("weights"));
        assign(last, torch.get("weights"));
        assertArrayEquals(floats(torch.get("sequence")), run.values(sequence), 1e-6f);
        assertArrayEquals(floats(torch.get("last")), run.values(state), 1e-6f);
        assertGradient(torch, sequence.square().sum().plus(state.sum()));
    }

    @Test
    void convolutionsComputeTheSame() {
        JsonNode torch = expected.get("conv1d");
        Conv1D layer = conv1D(UNITS, 3, Activation.LINEAR);
        Tensor y = layer.apply(x, tokens);
        assign(layer, torch.get("weights"));
        assertArrayEquals(floats(torch.get("sequence")), run.values(y), 1e-6f);
        assertGradient(torch, y.square().sum());
    }

    @Test
    void lossesAreTheSame() {
        JsonNode torch = expected.get("losses");
        Tensor logits = input("logits", floats(torch.get("logits")), 4, 3);
        Tensor targets = input("targets", floats(torch.get("targets")), 4, 3);
        Tensor bits = input("bits", floats(torch.get("bits")), 4, 3);
        Tensor classes = graph.ints("classes", 4);
        run.with(classes, Nd4j.createFromArray(ints(torch.get("classes"))));
        assertLoss(torch, "mse", Loss.meanSquaredError().term(logits, targets));
        assertLoss(torch, "mae", Loss.meanAbsoluteError().term(logits, targets));
        assertLoss(torch, "cosine", Loss.cosineSimilarity().term(logits, targets));
        assertLoss(torch, "kl", Loss.klDivergence().term(logits.softmax(), targets));
        assertLoss(
                torch,
                "binary_focal",
                Loss.binaryCrossEntropy().withFocalGamma(2).term(logits.sigmoid(), bits));
        assertLoss(
                torch,
                "sparse_focal",
                Loss.sparseCategoricalCrossEntropy().withFocalGamma(2).term(logits.softmax(), classes));
    }

    @Test
    void metricsAreThoseOfScikitLearn() {
        JsonNode sklearn = expected.get("metrics");
        FloatValues probabilities = new FloatValues(floats(sklearn.get("probabilities")), 40, 3);
        IntValues classes = IntValues.of(ints(sklearn.get("classes")));
        assertAverages(sklearn.get("of_classes"), probabilities, classes);
        assertMetric(sklearn.get("mcc"), Metric.mcc(), probabilities, classes);
        assertMetric(sklearn.get("auc"), Metric.auc(), probabilities, classes);
        FloatValues scores = new FloatValues(floats(sklearn.get("scores")), 40, 1);
        FloatValues bits = new FloatValues(floats(sklearn.get("bits")), 40, 1);
        assertAverages(sklearn.get("of_bits"), scores, bits);
        assertMetric(sklearn.get("bits_mcc"), Metric.mcc(), scores, bits);
        assertMetric(sklearn.get("bits_auc"), Metric.auc(), scores, bits);
        FloatValues many = new FloatValues(floats(sklearn.get("many")), 40, 3);
        FloatValues marks = new FloatValues(floats(sklearn.get("marks")), 40, 3);
        assertAverages(sklearn.get("of_marks"), many, marks);
        assertMetric(sklearn.get("marks_auc"), Metric.auc(), many, marks);
        FloatValues numbers = new FloatValues(floats(sklearn.get("numbers")), 40, 1);
        FloatValues wanted = new FloatValues(floats(sklearn.get("wanted")), 40, 1);
        assertMetric(sklearn.get("mae"), Metric.meanAbsoluteError(), numbers, wanted);
        assertMetric(sklearn.get("mse"), Metric.meanSquaredError(), numbers, wanted);
        assertMetric(sklearn.get("r2"), Metric.r2(), numbers, wanted);
        assertMetric(sklearn.get("pearson"), Metric.pearson(), numbers, wanted);
        assertMetric(sklearn.get("spearman"), Metric.spearman(), numbers, wanted);
    }

    private void assertGradient(JsonNode torch, Tensor loss) {
        SDVariable gradient =
                Gradients.of(loss.variable(), List.of(weight.variable())).get(weight.variable());
        assertArrayEquals(floats(torch.get("gradient")), run.values(Tensor.of(graph, gradient, weight.shape())), 1e-5f);
    }

    private void assertLoss(JsonNode torch, String name, LossTerm term) {
        float sum = run.values(term.numerator())[0];
        float count = run.values(term.denominator())[0];
        assertEquals(torch.get(name).doubleValue(), sum / count, 1e-6, name);
    }

    private static void assertAverages(JsonNode averages, FloatValues output, Values label) {
        for (Averaging averaging : Averaging.values()) {
            JsonNode numbers = averages.get(averaging == Averaging.MICRO ? "micro" : "macro");
            assertMetric(numbers.get(0), Metric.precision(averaging), output, label);
            assertMetric(numbers.get(1), Metric.recall(averaging), output, label);
            assertMetric(numbers.get(2), Metric.f1(averaging), output, label);
        }
    }

    private static void assertMetric(JsonNode number, Metric metric, FloatValues output, Values label) {
        Metric.Tally tally = metric.start();
        tally.add(output, label);
        assertEquals(number.doubleValue(), tally.value(), 1e-6, metric.name());
        Metric.Tally later = metric.start();
        later.restore(tally.counts());
        assertEquals(tally.value(), later.value(), metric.name());
    }

    private Tensor input(String name, float[] values, long... shape) {
        Tensor input = graph.floats(name, shape);
        INDArray array = Nd4j.createFromArray(values).reshape(shape);
        run.with(input, array);
        return input;
    }

    private static void assign(Layer layer, JsonNode weights) {
        for (int i = 0; i < weights.size(); i++) {
            layer.weights().get(i).assign(floats(weights.get(i)));
        }
    }

    private static float[] floats(JsonNode numbers) {
        float[] values = new float[numbers.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = numbers.get(i).floatValue();
        }
        return values;
    }

    private static int[] ints(JsonNode numbers) {
        int[] values = new int[numbers.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = numbers.get(i).intValue();
        }
        return values;
    }
}
