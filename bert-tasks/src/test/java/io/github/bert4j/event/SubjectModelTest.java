package io.github.bert4j.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.bert.BertConfig;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.models.CompiledModel;
import io.github.bert4j.models.History;
import io.github.bert4j.models.Model;
import io.github.bert4j.models.Prediction;
import io.github.bert4j.tokenize.Vocabulary;
import io.github.bert4j.train.Adam;
import java.util.List;
import org.junit.jupiter.api.Test;

class SubjectModelTest {
    private static final int HIDDEN = 8;
    private static final Vocabulary VOCABULARY = Extractors.vocabulary(List.of("一二三四五六七八九十"));
    private static final BertConfig CONFIG =
            new BertConfig(VOCABULARY.size(), HIDDEN, 2, 2, 16, 32, 2, 0, 0, 0.02, Gelu.TANH);
    /** Token ids, the first token of the answer, the last one: of different lengths, at both edges, a single token. */
    private static final List<Sample> BATCH = List.of(
            Sample.of(new int[] {3, 7, 8, 9, 10, 11, 4}, new int[] {2}, new int[] {4}),
            Sample.of(new int[] {3, 12, 13, 4}, new int[] {1}, new int[] {1}),
            Sample.of(new int[] {3, 14, 7, 15, 9, 4}, new int[] {3}, new int[] {5}));

    private static final int[][] ANSWERS = {{2, 4}, {1, 1}, {3, 5}};

    /** The recipe's formula in doubles: masks of 1e10, and cross-entropies over the padded length. */
    @Test
    void computesTheLossOfTheRecipe() {
        try (Graph graph = new Graph(7)) {
            Bert bert = Bert.random(graph, CONFIG, VOCABULARY);
            SubjectModel network = new SubjectModel(graph, bert);
            CompiledModel compiled = network.compile(new Adam(0));
            // Kernels so large that the mask of the end changes the loss by more than a rounding error.
            double[] startKernel = kernel(graph, "dense_1/kernel", 0.9f);
            double[] endKernel = kernel(graph, "dense_2/kernel", -1.7f);
            Tensor tokens = network.model().inputs().get(0);
            List<Prediction> vectors = Model.of(tokens)
                    .to(bert.apply(tokens))
                    .predict(
                            BATCH.stream()
                                    .map(sample -> new Sample(sample.inputs().subList(0, 1), List.of()))
                                    .toList(),
                            3);
            double starts = 0;
            double ends = 0;
            for (int sample = 0; sample < 3; sample++) {
                FloatValues x = vectors.get(sample).output(0);
                double[] start = logits(x, startKernel);
                double[] end = logits(x, endKernel);
                for (int token = 0; token < ANSWERS[sample][0]; token++) {
                    end[token] -= 1e10;
                }
                starts += crossEntropy(start, ANSWERS[sample][0]);
                ends += crossEntropy(end, ANSWERS[sample][1]);
            }
            double expected = starts / 3 + ends / 3;
            assertEquals(expected, compiled.evaluate(dataset(3)).loss(), 1e-5);
            assertEquals(expected, compiled.evaluate(dataset(1)).loss(), 1e-5);
        }
    }

    /** A step against the gradient: neither the masks nor the padding make a NaN, and the loss falls. */
    @Test
    void learnsTheBatch() {
        try (Graph graph = new Graph(7)) {
            SubjectModel network = new SubjectModel(graph, Bert.random(graph, CONFIG, VOCABULARY));
            CompiledModel compiled = network.compile(new Adam(1e-2));
            History history = compiled.fit(dataset(3), 60);
            double last = history.values("loss")[59];
            assertTrue(last < 0.05, "loss " + last);
            for (Weight weight : network.model().weights()) {
                assertTrue(
                        Double.isFinite(weight.variable().getArr().sumNumber().doubleValue()), weight.name());
            }
        }
    }

    private static Dataset dataset(int batchSize) {
        return Dataset.of(BATCH, batchSize, sample -> sample);
    }

    private static double[] kernel(Graph graph, String name, float scale) {
        Weight weight = graph.weights().stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow();
        float[] values = new float[HIDDEN];
        double[] same = new double[HIDDEN];
        for (int i = 0; i < HIDDEN; i++) {
            values[i] = scale * (i % 3 - 1);
            same[i] = values[i];
        }
        weight.assign(values);
        return same;
    }

    /** Of the longest sample's length; at padding, 0 from the network and -1e10 from the mask. */
    private static double[] logits(FloatValues x, double[] kernel) {
        double[] logits = new double[7];
        for (int token = 0; token < logits.length; token++) {
            if (token >= x.shape()[0]) {
                logits[token] = -1e10;
            } else {
                for (int i = 0; i < HIDDEN; i++) {
                    logits[token] += x.get(token, i) * kernel[i];
                }
            }
        }
        return logits;
    }

    private static double crossEntropy(double[] logits, int target) {
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp(logit);
        }
        return Math.log(sum) - logits[target];
    }
}
