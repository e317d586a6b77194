package io.github.bert4j.models;

import static io.github.bert4j.graph.Shape.UNKNOWN;
import static io.github.bert4j.layers.Activation.SOFTMAX;
import static io.github.bert4j.layers.Layers.dense;
import static io.github.bert4j.layers.Layers.dropout;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.ops.Step;
import io.github.bert4j.train.Adam;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.Optimizer;
import io.github.bert4j.train.RDrop;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RDropTest {
    private static final int CLASSES = 3;

    /** Mean cross-entropy of both passes and alpha / 4 of both divergences, by numeric gradient of the paper's formula. */
    @Test
    void bringsTwoPassesTogetherAsTheFormulaSays() {
        double alpha = 3;
        float[][] x = {{1, -2, 0.5f, 1}, {0.3f, 1, -1, 2}};
        int[] labels = {2, 0};
        try (Graph graph = new Graph(11)) {
            Tensor input = graph.floats("x", UNKNOWN, 4);
            Tensor p = dense(CLASSES, SOFTMAX).apply(dropout(0.5).apply(input));
            Weight kernel = graph.weights().iterator().next();
            List<float[]> gradients = new ArrayList<>();
            Optimizer recorded = (same, weights) -> (step, given) ->
                    gradients.add(given.get(kernel).dense().ravel().toFloatVector());
            CompiledModel model = Model.of(input)
                    .to(p)
                    .compile(Loss.sparseCategoricalCrossEntropy(), recorded)
                    .with(new RDrop(alpha));
            float[] values = kernel.values();
            double[] w = IntStream.range(0, values.length)
                    .mapToDouble(i -> values[i])
                    .toArray();
            List<Sample> samples = new ArrayList<>();
            for (int i = 0; i < x.length; i++) {
                samples.add(Sample.of(FloatValues.of(x[i])).labelled(labels[i]));
            }
            // One batch, in the order that the seed gives it.
            int[] order = {0, 1};
            double[] firstLabel = new double[1];
            Dataset dataset = Dataset.of(samples, 2, sample -> sample);
            dataset.epoch(11 * 31)
                    .map(Dataset.Ordered::batch)
                    .forEach(batch ->
                            firstLabel[0] = ((FloatValues) batch.inputs().get(0)).get(0, 0));
            if (firstLabel[0] != x[0][0]) {
                order = new int[] {1, 0};
            }
            float[] dropped = new float[16];
            for (int row = 0; row < 4; row++) {
                System.arraycopy(x[order[row % 2]], 0, dropped, 4 * row, 4);
            }
            new Step(true, 11, 0).mask(0, 0.5f).apply(dropped, 16, 0);
            model.fit(dataset, 1);
            float[] gradient = gradients.get(0);
            for (int i = 0; i < w.length; i++) {
                double[] up = w.clone();
                double[] down = w.clone();
                up[i] += 1e-5;
                down[i] -= 1e-5;
                int[] classes = {labels[order[0]], labels[order[1]]};
                double expected =
                        (twoPasses(up, dropped, classes, alpha) - twoPasses(down, dropped, classes, alpha)) / 2e-5;
                assertEquals(expected, gradient[i], 1e-5, "element " + i);
            }
        }
    }

    private static double twoPasses(double[] w, float[] x, int[] classes, double alpha) {
        double[][] p = new double[4][CLASSES];
        for (int row = 0; row < 4; row++) {
            double sum = 0;
            for (int k = 0; k < CLASSES; k++) {
                double logit = 0;
                for (int i = 0; i < 4; i++) {
                    logit += x[4 * row + i] * w[i * CLASSES + k];
                }
                p[row][k] = Math.exp(logit);
                sum += p[row][k];
            }
            for (int k = 0; k < CLASSES; k++) {
                p[row][k] /= sum;
            }
        }
        double loss = 0;
        for (int i = 0; i < 2; i++) {
            double divergences = 0;
            for (int k = 0; k < CLASSES; k++) {
                divergences +=
                        p[i][k] * Math.log(p[i][k] / p[i + 2][k]) + p[i + 2][k] * Math.log(p[i + 2][k] / p[i][k]);
            }
            double crossEntropies = -Math.log(p[i][classes[i]]) - Math.log(p[i + 2][classes[i]]);
            // The paper's loss is the sum of both cross-entropies and alpha times half the divergences; this is half of
            // it.
            loss += (crossEntropies + alpha / 2 * divergences) / 2;
        }
        return loss / 2;
    }

    @Test
    void refusesOutputsThatAreNoProbabilities() {
        try (Graph graph = new Graph(1)) {
            Tensor x = graph.floats("x", UNKNOWN, 2);
            CompiledModel model = Model.of(x).to(dense(1).apply(x)).compile(Loss.meanSquaredError(), new Adam(0.1));
            assertThrows(IllegalArgumentException.class, () -> model.with(new RDrop(1)));
            assertThrows(IllegalArgumentException.class, () -> new RDrop(-1));
        }
    }
}
