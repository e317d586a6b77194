package io.github.bert4j.models;

import static io.github.bert4j.layers.Activation.SIGMOID;
import static io.github.bert4j.layers.Activation.SOFTMAX;
import static io.github.bert4j.layers.Layers.dense;
import static io.github.bert4j.layers.Layers.embedding;
import static io.github.bert4j.layers.Layers.lambda;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.IntValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.layers.Embedding;
import io.github.bert4j.train.Adam;
import io.github.bert4j.train.AdversarialTraining;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.GradientAccumulation;
import io.github.bert4j.train.Lamb;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.LossTerm;
import io.github.bert4j.train.MovingAverage;
import io.github.bert4j.train.Optimizer;
import io.github.bert4j.train.Technique;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TechniqueTest {
    private static final Optimizer DESCENT = (graph, weights) -> (step, gradients) ->
            gradients.forEach((weight, gradient) -> weight.variable().getArr().subi(gradient.dense()));

    /** A class of each text and of some of its words: two terms, whose denominators differ from batch to batch. */
    private static CompiledModel twoTerms(Graph graph, Optimizer optimizer) {
        Tensor ids = graph.ids("ids");
        Tensor label = graph.floats("label", Shape.UNKNOWN, 1);
        Tensor classes = graph.ids("classes");
        Tensor x = embedding(50, 8).apply(ids);
        Tensor text = dense(1, SIGMOID).apply(lambda(h -> h.mean(1)).apply(x));
        Tensor words = dense(3, SOFTMAX).apply(x);
        List<LossTerm> loss = List.of(
                Loss.binaryCrossEntropy().term(text, label),
                Loss.sparseCategoricalCrossEntropy().term(words, classes));
        return Model.of(ids, label, classes).to(text, words).compile(loss, optimizer);
    }

    private static Dataset dataset(int batchSize) {
        Random random = new Random(4);
        List<Sample> samples = IntStream.range(0, 640)
                .mapToObj(i -> {
                    int counted = random.nextInt(7);
                    int[] ids = random.ints(6, 1, 50).toArray();
                    return Sample.of(
                            IntValues.of(ids),
                            FloatValues.of(ids[0] % 2),
                            IntValues.of(IntStream.range(0, 6)
                                    .map(word -> word < counted ? ids[word] % 3 : -1)
                                    .toArray()));
                })
                .toList();
        return Dataset.of(samples, batchSize, sample -> sample);
    }

    private static List<Double> losses(int batchSize, Optimizer optimizer, Technique... techniques) {
        List<Double> losses = new ArrayList<>();
        try (Graph graph = new Graph(7)) {
            twoTerms(graph, optimizer).with(techniques).fit(dataset(batchSize), 1, new Callback() {
                @Override
                public void onStepEnd(StepEnd step) {
                    assertEquals(32, step.samples());
                    losses.add(step.loss());
                }
            });
        }
        return losses;
    }

    @Test
    void learnsFromFourBatchesOfEightAsFromOneOfThirtyTwo() {
        List<Double> still = losses(32, (graph, weights) -> (step, gradients) -> {});
        for (Optimizer optimizer : List.of(new Adam(0.01), new Lamb(new Adam(0.01).withGlobalClipNorm(0.1), 0.01))) {
            List<Double> whole = losses(32, optimizer);
            List<Double> parts = losses(8, optimizer, new GradientAccumulation(4));
            assertEquals(20, whole.size());
            assertEquals(20, parts.size());
            for (int i = 0; i < 20; i++) {
                assertEquals(whole.get(i), parts.get(i), 1e-5 * whole.get(i), "step " + i);
            }
            assertTrue(Math.abs(whole.get(19) - still.get(19)) > 1e-3, whole + " " + still);
        }
    }

    /** The terms of a bias may cancel, down to the rounding of a float. */
    @Test
    void addsUpTheGradientsOfTheLargeBatch() {
        Map<String, double[]> whole = gradients(32);
        Map<String, double[]> parts = gradients(8, new GradientAccumulation(4));
        assertEquals(whole.keySet(), parts.keySet());
        double differences = 0;
        double norms = 0;
        for (String name : whole.keySet()) {
            double difference = 0;
            double norm = 0;
            for (int i = 0; i < whole.get(name).length; i++) {
                difference += Math.pow(whole.get(name)[i] - parts.get(name)[i], 2);
                norm += Math.pow(whole.get(name)[i], 2);
            }
            assertEquals(0, Math.sqrt(difference), 1e-5 * Math.sqrt(norm) + 1e-7, name + " of norm " + Math.sqrt(norm));
            differences += difference;
            norms += norm;
        }
        assertEquals(0, Math.sqrt(differences / norms), 1e-5);
        assertTrue(norms > 0);
    }

    /** Those of the first step. */
    private static Map<String, double[]> gradients(int batchSize, Technique... techniques) {
        Map<String, double[]> first = new LinkedHashMap<>();
        Optimizer recording = (graph, weights) -> (step, gradients) -> gradients.forEach((weight, gradient) ->
                first.putIfAbsent(weight.name(), gradient.dense().ravel().toDoubleVector()));
        losses(batchSize, recording, techniques);
        return first;
    }

    /** 10 batches, 4 to an update: the last of them has 2. */
    @Test
    void countsUpdatesAsSteps() {
        List<Long> steps = new ArrayList<>();
        try (Graph graph = new Graph(7)) {
            twoTerms(graph, (g, weights) -> (step, gradients) -> steps.add(step))
                    .with(new GradientAccumulation(4))
                    .fit(dataset(64), 2, new Callback() {
                        @Override
                        public void onEpochStart(EpochStart epoch) {
                            assertEquals(3, epoch.steps());
                        }
                    });
        }
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L), steps);
    }

    @Test
    void usesAveragesOutsideTrainingAndTrainsOnWithoutThem() {
        double decay = 0.9;
        List<float[]> trained = new ArrayList<>();
        List<float[]> averaged = new ArrayList<>();
        try (Graph plain = new Graph(7);
                Graph graph = new Graph(7)) {
            CompiledModel without = twoTerms(plain, new Adam(0.01));
            CompiledModel with = twoTerms(graph, new Adam(0.01)).with(new MovingAverage(decay));
            Weight own = plain.weights().iterator().next();
            Weight other = graph.weights().iterator().next();
            trained.add(own.values());
            for (int fit = 0; fit < 2; fit++) {
                without.fit(dataset(640), 1);
                trained.add(own.values());
                with.fit(dataset(640), 1, () -> {
                    averaged.add(other.values());
                    return Map.of();
                });
                assertArrayEquals(averaged.get(fit), other.values());
            }
        }
        for (int i = 0; i < trained.get(0).length; i++) {
            double average = trained.get(0)[i];
            for (int fit = 0; fit < 2; fit++) {
                average = decay * average + (1 - decay) * trained.get(fit + 1)[i];
                assertEquals(average, averaged.get(fit)[i], 1e-6);
            }
        }
    }

    /** One step of plain descent on {@code sigmoid(table[id] · kernel + bias)}. */
    @Test
    void movesTheTableAlongItsGradientForTheGradientThatCounts() {
        try (Graph graph = new Graph(7)) {
            Tensor ids = graph.ids("ids");
            Embedding embedding = embedding(3, 2);
            Tensor x = lambda(h -> h.mean(1)).apply(embedding.apply(ids));
            var head = dense(1, SIGMOID);
            Model model = Model.of(ids).to(head.apply(x));
            Weight table = embedding.weights().get(0);
            table.assign(new float[] {9, 9, 0.5f, -1, 2, 0.25f});
            head.weights().get(0).assign(new float[] {0.75f, -0.5f});
            model.compile(Loss.binaryCrossEntropy(), DESCENT)
                    .with(new AdversarialTraining(table, 0.5))
                    .fit(
                            Dataset.of(
                                    List.of(
                                            Sample.of(new int[] {1}).labelled(1f),
                                            Sample.of(new int[] {2}).labelled(0f)),
                                    2,
                                    sample -> sample),
                            1);
            double[][] rows = {{0.5, -1}, {2, 0.25}};
            double[] k = {0.75, -0.5};
            double[] errors = errors(rows, k);
            double norm = 0;
            for (double error : errors) {
                norm += error * error * (k[0] * k[0] + k[1] * k[1]);
            }
            double[][] moved = new double[2][2];
            for (int i = 0; i < 4; i++) {
                moved[i / 2][i % 2] = rows[i / 2][i % 2] + 0.5 * errors[i / 2] * k[i % 2] / (Math.sqrt(norm) + 1e-8);
            }
            double[] there = errors(moved, k);
            float[] values = table.values();
            for (int i = 0; i < 4; i++) {
                assertEquals(rows[i / 2][i % 2] - there[i / 2] * k[i % 2], values[2 + i], 1e-6);
            }
            assertEquals(9, values[0]);
            float[] kernel = head.weights().get(0).values();
            for (int j = 0; j < 2; j++) {
                assertEquals(k[j] - there[0] * moved[0][j] - there[1] * moved[1][j], kernel[j], 1e-6);
            }
        }
    }

    /** Gradients of the mean loss by the two logits; labels 1 and 0. */
    private static double[] errors(double[][] rows, double[] kernel) {
        double[] errors = new double[2];
        for (int i = 0; i < 2; i++) {
            double logit = rows[i][0] * kernel[0] + rows[i][1] * kernel[1];
            errors[i] = (1 / (1 + Math.exp(-logit)) - (1 - i)) / 2;
        }
        return errors;
    }

    @Test
    void refusesTechniquesThatDoNotFit() {
        try (Graph graph = new Graph(7)) {
            CompiledModel model = twoTerms(graph, new Adam(0.1));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> model.with(new GradientAccumulation(2), new GradientAccumulation(3)));
            Weight unused = graph.weight("unused", Shape.of(2, 2));
            assertThrows(IllegalArgumentException.class, () -> model.with(new AdversarialTraining(unused, 1)));
            assertThrows(IllegalArgumentException.class, () -> new AdversarialTraining(unused, 0));
            assertThrows(IllegalArgumentException.class, () -> new GradientAccumulation(0));
            assertThrows(IllegalArgumentException.class, () -> new MovingAverage(1));
        }
    }
}
