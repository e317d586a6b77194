package io.github.bert4j.models;

import static io.github.bert4j.layers.Activation.SIGMOID;
import static io.github.bert4j.layers.Activation.SOFTMAX;
import static io.github.bert4j.layers.Layers.add;
import static io.github.bert4j.layers.Layers.average;
import static io.github.bert4j.layers.Layers.dense;
import static io.github.bert4j.layers.Layers.dropout;
import static io.github.bert4j.layers.Layers.embedding;
import static io.github.bert4j.layers.Layers.gather;
import static io.github.bert4j.layers.Layers.lambda;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.checkpoint.NamedTensor;
import io.github.bert4j.checkpoint.SafeTensorsWriter;
import io.github.bert4j.checkpoint.TensorInfo;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.IntValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.layers.Dense;
import io.github.bert4j.train.Adam;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.LossTerm;
import io.github.bert4j.train.Metric;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;

class ModelTest {
    private final Graph graph = new Graph(3);

    @TempDir
    Path folder;

    @AfterEach
    void closeGraph() {
        graph.close();
    }

    @Test
    void findsTheLineThatMadeThePoints() {
        Tensor x = graph.floats("x", Shape.UNKNOWN, 2);
        Dense line = dense(1);
        Random random = new Random(5);
        List<Sample> samples = IntStream.range(0, 256)
                .mapToObj(i -> {
                    float a = random.nextFloat();
                    float b = random.nextFloat();
                    return Sample.of(FloatValues.of(a, b)).labelled(3 * a - 2 * b + 0.5f);
                })
                .toList();
        CompiledModel model = Model.of(x).to(line.apply(x)).compile(Loss.meanSquaredError(), new Adam(0.05));
        History history = model.fit(Dataset.of(samples, 32, sample -> sample), 60);
        assertTrue(history.values("loss")[59] < 1e-4, "loss " + history.values("loss")[59]);
        assertArrayEquals(new float[] {3, -2}, line.weights().get(0).values(), 0.05f);
        assertArrayEquals(new float[] {0.5f}, line.weights().get(1).values(), 0.05f);
    }

    @Test
    void tellsClassesApart() {
        Tensor ids = graph.ids("ids");
        Tensor p = dense(3, SOFTMAX).apply(embedding(6, 8).apply(ids).at(0));
        List<Sample> samples = IntStream.range(0, 60)
                .mapToObj(i -> Sample.of(new int[] {i % 6, i % 5}).labelled(i % 3))
                .toList();
        Dataset dataset = Dataset.of(samples, 20, sample -> sample);
        CompiledModel model =
                Model.of(ids).to(p).compile(Loss.sparseCategoricalCrossEntropy(), new Adam(0.1), Metric.accuracy());
        History history = model.fit(dataset, 10, dataset);
        assertEquals(1, history.values("val_accuracy")[9]);
        assertEquals(1, model.evaluate(dataset).metric("accuracy"));
    }

    @Test
    void answersInTheOrderOfTheRowsWithoutPadding() {
        Tensor ids = graph.ids("ids");
        Tensor doubled = lambda(x -> x.castTo(DataType.FLOAT).mul(2)).apply(ids);
        Model model = Model.of(ids).to(doubled);
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            int[] row = new int[1 + i * 7 % 11];
            Arrays.fill(row, i);
            samples.add(Sample.of(row));
        }
        List<Prediction> predictions = model.predict(samples, 8);
        for (int i = 0; i < 50; i++) {
            float[] expected = new float[1 + i * 7 % 11];
            Arrays.fill(expected, 2 * i);
            assertArrayEquals(expected, predictions.get(i).output(0).values());
        }
    }

    @Test
    void measuresTheLossOverAllSamplesNotOverBatches() {
        Tensor x = graph.floats("x", Shape.UNKNOWN, 4, 1);
        Tensor mask = graph.floats("mask", Shape.UNKNOWN, 4, 1);
        Dense same = dense(1);
        Tensor losses = same.apply(x);
        same.weights().get(0).assign(new float[] {1});
        CompiledModel model =
                Model.of(x, mask).to(losses).compile(List.of(LossTerm.maskedMean(losses, mask)), new Adam(0));
        // One sample counts 4 elements, the others 1 each: the mean is over elements.
        List<Sample> samples = List.of(
                column(1, 2, 3, 4, 1, 1, 1, 1), column(10, 0, 0, 0, 1, 0, 0, 0), column(20, 9, 9, 9, 1, 0, 0, 0));
        assertEquals(
                (1 + 2 + 3 + 4 + 10 + 20) / 6.0,
                model.evaluate(Dataset.of(samples, 2, s -> s)).loss(),
                1e-6);
    }

    @Test
    void measuresTokensTheSameHoweverTheyArePadded() {
        Tensor ids = graph.ids("ids");
        CompiledModel model = Model.of(ids)
                .to(dense(3, SOFTMAX).apply(embedding(9, 4).apply(ids)))
                .compile(Loss.sparseCategoricalCrossEntropy(), new Adam(0.1), Metric.accuracy());
        List<Sample> samples = List.of(
                Sample.of(new int[] {1, 2, 3}).labelled(IntValues.of(1, 0, 1)),
                Sample.of(new int[] {4}).labelled(IntValues.of(2)));
        Evaluation alone = model.evaluate(Dataset.of(samples, 1, sample -> sample));
        Evaluation together = model.evaluate(Dataset.of(samples, 2, sample -> sample));
        assertEquals(alone.loss(), together.loss(), 1e-6);
        assertEquals(alone.metric("accuracy"), together.metric("accuracy"));
    }

    @Test
    void changesNothingByABatchInWhichNothingCounts() {
        Tensor x = graph.floats("x", Shape.UNKNOWN, 4, 1);
        Tensor mask = graph.floats("mask", Shape.UNKNOWN, 4, 1);
        Dense layer = dense(1);
        Tensor losses = layer.apply(x);
        CompiledModel model =
                Model.of(x, mask).to(losses).compile(List.of(LossTerm.maskedMean(losses, mask)), new Adam(0.1));
        float[] before = layer.weights().get(0).values();
        model.fit(Dataset.of(List.of(column(1, 2, 3, 4, 0, 0, 0, 0)), 1, sample -> sample), 1);
        assertArrayEquals(before, layer.weights().get(0).values());
    }

    @Test
    void givesItsMemoryBackIfAMetricFails() {
        Metric metric = Metric.mean("failing", (output, label) -> {
            throw new IllegalStateException("This metric fails");
        });
        Tensor x = graph.floats("x", Shape.UNKNOWN, 1);
        Dense layer = dense(1, SIGMOID);
        CompiledModel model = Model.of(x).to(layer.apply(x)).compile(Loss.binaryCrossEntropy(), new Adam(0.1), metric);
        Dataset data =
                Dataset.of(List.of(1f), 1, v -> Sample.of(FloatValues.of(v)).labelled(1f));
        assertThrows(IllegalStateException.class, () -> model.fit(data, 1));
        graph.close();
        assertTrue(layer.weights().get(0).variable().getArr().wasClosed());
    }

    @Test
    void trainsThreeModelsOverSharedLayersWithALossOfTensors() {
        int length = 5;
        Tensor ids = graph.ids("ids");
        Tensor position = graph.ints("position", Shape.UNKNOWN, 1);
        Tensor wanted = graph.floats("wanted", Shape.UNKNOWN, Shape.UNKNOWN, 1);
        Tensor sequence = embedding(10, 8).apply(ids);
        Tensor subject = dense(1, SIGMOID).apply(sequence);
        Tensor at = gather().apply(sequence, position);
        Tensor object = dense(2, SIGMOID).apply(add().apply(sequence, average().apply(at, at)));
        Model subjects = Model.of(ids).to(subject);
        Model objects = Model.of(ids, position).to(object);
        LossTerm term = Loss.binaryCrossEntropy().term(subject, wanted);
        CompiledModel training =
                Model.of(ids, position, wanted).to(subject, object).compile(List.of(term), new Adam(0.1));
        List<Sample> samples = IntStream.range(0, 40)
                .mapToObj(i -> {
                    int[] row = IntStream.range(0, length)
                            .map(t -> 1 + (i + t * t) % 9)
                            .toArray();
                    float[] label = new float[length];
                    for (int t = 0; t < length; t++) {
                        label[t] = row[t] == 3 ? 1 : 0;
                    }
                    return Sample.of(row).with(IntValues.of(i % length), new FloatValues(label, length, 1));
                })
                .toList();
        Prediction before = objects.predict(
                        List.of(Sample.of(new int[] {1, 2, 3}).with(IntValues.of(0))), 1)
                .get(0);
        training.fit(Dataset.of(samples, 8, sample -> sample), 20);
        Prediction found =
                subjects.predict(List.of(Sample.of(new int[] {1, 3, 5, 3})), 1).get(0);
        assertArrayEquals(new int[] {4, 1}, found.output(0).shape());
        assertTrue(found.output(0).get(1, 0) > 0.9 && found.output(0).get(3, 0) > 0.9, found.toString());
        assertTrue(found.output(0).get(0, 0) < 0.1 && found.output(0).get(2, 0) < 0.1, found.toString());
        Prediction after = objects.predict(
                        List.of(Sample.of(new int[] {1, 2, 3}).with(IntValues.of(0))), 1)
                .get(0);
        assertNotEquals(before.output(0), after.output(0), "the shared embedding has changed");
    }

    @Test
    void savesAndLoadsWeights() throws IOException {
        Tensor x = graph.floats("x", Shape.UNKNOWN, 4);
        Model model = Model.of(x).to(dense(3).apply(x));
        List<Sample> samples = List.of(Sample.of(FloatValues.of(1, 2, 3, 4)));
        FloatValues before = model.predict(samples, 1).get(0).output(0);
        Path file = folder.resolve("weights.safetensors");
        model.saveWeights(file);
        try (Graph other = new Graph(99)) {
            Tensor y = other.floats("x", Shape.UNKNOWN, 4);
            Model copy = Model.of(y).to(dense(3).apply(y));
            assertNotEquals(before, copy.predict(samples, 1).get(0).output(0));
            copy.loadWeights(file);
            assertEquals(before, copy.predict(samples, 1).get(0).output(0));
        }
    }

    @Test
    void changesNoWeightIfTheFileBelongsToAnotherModel() throws IOException {
        Tensor x = graph.floats("x", Shape.UNKNOWN, 4);
        Dense layer = dense(3);
        Model model = Model.of(x).to(layer.apply(x));
        float[] before = layer.weights().get(0).values();
        Path file = folder.resolve("weights.safetensors");
        SafeTensorsWriter.write(
                file,
                Map.of(),
                List.of(
                        NamedTensor.ofFloats("dense_1/kernel", List.of(4L, 3L), new float[12]),
                        NamedTensor.ofFloats("dense_1/bias", List.of(2L), 1, 2),
                        NamedTensor.ofFloats("dense_2/bias", List.of(1L), 1)));
        WeightMismatchException failure = assertThrows(WeightMismatchException.class, () -> model.loadWeights(file));
        assertTrue(failure.getMessage().contains("dense_1/bias has shape [2], expected [3]"), failure.getMessage());
        assertTrue(failure.getMessage().contains("dense_2/bias is not a weight"), failure.getMessage());
        assertArrayEquals(before, layer.weights().get(0).values());
    }

    @Test
    void refusesWeightsThatAreNoFloats() throws IOException {
        Tensor x = graph.floats("x", Shape.UNKNOWN, 1);
        Dense layer = dense(1);
        Model model = Model.of(x).to(layer.apply(x));
        float[] before = layer.weights().get(0).values();
        Path file = folder.resolve("weights.safetensors");
        SafeTensorsWriter.write(
                file,
                Map.of(),
                List.of(
                        NamedTensor.ofFloats("dense_1/kernel", List.of(1L, 1L), 7),
                        new NamedTensor(
                                new TensorInfo("dense_1/bias", io.github.bert4j.checkpoint.DataType.INT32, List.of(1L)),
                                () -> ByteBuffer.allocate(4))));
        WeightMismatchException failure = assertThrows(WeightMismatchException.class, () -> model.loadWeights(file));
        assertTrue(failure.getMessage().contains("dense_1/bias is of int32"), failure.getMessage());
        assertArrayEquals(before, layer.weights().get(0).values());
    }

    @Test
    void printsKerasTable() {
        Tensor tokens = graph.ids("tokens");
        Tensor x = embedding(100, 8).apply(tokens);
        Model model = Model.of(tokens).to(dense(1, SIGMOID).apply(x.at(0)));
        String rule = "_".repeat(98);
        String line = "=".repeat(98);
        assertEquals(
                List.of(
                        rule,
                        "Layer (type)                    Output Shape            Param #     Connected to",
                        line,
                        "tokens (InputLayer)             (None, None)            0",
                        rule,
                        "embedding_1 (Embedding)         (None, None, 8)         800         tokens[0]",
                        rule,
                        "position_1 (At)                 (None, 8)               0           embedding_1[0]",
                        rule,
                        "dense_1 (Dense)                 (None, 1)               9           position_1[0]",
                        line,
                        "Total params: 809",
                        "Trainable params: 809",
                        "Non-trainable params: 0",
                        rule),
                model.summary().lines().toList());
    }

    @Test
    void reportsEveryStepAndEpoch() {
        Tensor x = graph.floats("x", Shape.UNKNOWN, 1);
        List<String> calls = new ArrayList<>();
        Callback callback = new Callback() {
            @Override
            public void onEpochStart(EpochStart epoch) {
                calls.add(
                        "start " + epoch.number() + "/" + epoch.epochs() + " " + epoch.steps() + " " + epoch.samples());
            }

            @Override
            public void onStepEnd(StepEnd step) {
                calls.add("step " + step.epoch() + "." + step.step() + " " + step.samples());
            }

            @Override
            public void onEpochEnd(EpochEnd epoch) {
                calls.add("end " + epoch.number() + " " + epoch.metrics().keySet());
            }
        };
        Dataset five = Dataset.of(
                IntStream.range(0, 5).boxed().toList(),
                3,
                i -> Sample.of(FloatValues.of(i)).labelled(1f));
        Model.of(x)
                .to(dense(1, SIGMOID).apply(x))
                .compile(Loss.binaryCrossEntropy(), new Adam(1e-3), Metric.accuracy())
                .fit(five, 1, five, callback);
        assertEquals(
                List.of("start 1/1 2 5", "step 1.1 3", "step 1.2 2", "end 1 [loss, accuracy, val_loss, val_accuracy]"),
                calls);
    }

    @Test
    void takesWhatATaskMeasuresInItsOwnWay() {
        Tensor x = graph.floats("x", Shape.UNKNOWN, 1);
        Dataset data = Dataset.of(
                List.of(1f, 2f), 2, value -> Sample.of(FloatValues.of(value)).labelled(1f));
        double[] scores = {0.5, 0.75};
        int[] measured = {0};
        List<Double> told = new ArrayList<>();
        Callback callback = new Callback() {
            @Override
            public void onEpochEnd(EpochEnd epoch) {
                told.add(epoch.metrics().get("val_f1"));
            }
        };
        History history = Model.of(x)
                .to(dense(1).apply(x))
                .compile(Loss.meanSquaredError(), new Adam(1e-3))
                .fit(data, 2, () -> Map.of("f1", scores[measured[0]++]), callback);
        assertArrayEquals(scores, history.values("val_f1"));
        assertEquals(List.of(0.5, 0.75), told);
    }

    @Test
    void namesTheInputThatIsNotAmongTheModels() {
        Tensor x = graph.floats("x", Shape.UNKNOWN, 2);
        Tensor y = graph.floats("y", Shape.UNKNOWN, 2);
        Tensor sum = add().apply(x, y);
        String message = assertThrows(
                        IllegalArgumentException.class, () -> Model.of(x).to(sum))
                .getMessage();
        assertTrue(message.contains("\"y\"") && message.contains("[x]"), message);
    }

    @Test
    void refusesOutputsThatMakeNoModel() {
        Tensor ids = graph.ids("ids");
        assertMessage("no outputs", () -> Model.of(ids).to());
        try (Graph other = new Graph(1)) {
            Tensor foreign = other.floats("y", Shape.UNKNOWN, 1);
            Tensor own = embedding(4, 2).apply(ids);
            assertMessage(
                    "y (None, 1) belongs to another graph", () -> Model.of(ids).to(own, foreign));
        }
    }

    @Test
    void refusesToPredictWhatHasNoRowPerSample() {
        Tensor ids = graph.ids("ids");
        Model model =
                Model.of(ids).to(lambda(x -> x.sum()).apply(embedding(4, 2).apply(ids)));
        assertMessage("expected the batch", () -> model.predict(List.of(Sample.of(new int[] {3})), 1));
    }

    @Test
    void tellsClassLabelsFromProbabilities() {
        Tensor x = graph.floats("x", Shape.UNKNOWN, 1);
        CompiledModel sigmoid =
                Model.of(x).to(dense(1, SIGMOID).apply(x)).compile(Loss.binaryCrossEntropy(), new Adam(0.1));
        CompiledModel softmax =
                Model.of(x).to(dense(2, SOFTMAX).apply(x)).compile(Loss.sparseCategoricalCrossEntropy(), new Adam(0.1));
        Sample sample = Sample.of(FloatValues.of(1));
        assertMessage(
                "takes FloatValues, such as 1f",
                () -> sigmoid.evaluate(Dataset.of(List.of(sample.labelled(1)), 1, s -> s)));
        assertMessage(
                "takes IntValues, such as 1",
                () -> softmax.evaluate(Dataset.of(List.of(sample.labelled(0f, 1f)), 1, s -> s)));
    }

    @Test
    void refusesSamplesThatDoNotFit() {
        Tensor ids = graph.ids("ids");
        Model model = Model.of(ids).to(embedding(4, 2).apply(ids));
        assertMessage("samples give FloatValues", () -> model.predict(List.of(Sample.of(FloatValues.of(1))), 1));
        assertMessage(
                "Row 0 of the dataset has 2 inputs",
                () -> model.predict(List.of(Sample.of(new int[1], new int[1])), 1));
        assertMessage(
                "takes arrays of shape (None, None)",
                () -> model.predict(List.of(Sample.of(new IntValues(new int[4], 2, 2))), 1));
        assertMessage(
                "Row 0 of the dataset: the input \"ids\" has 7 at element 0: expected 0 to 3",
                () -> model.predict(List.of(Sample.of(new int[] {7})), 1));
        // The graph is as usable as before.
        assertEquals(1, model.predict(List.of(Sample.of(new int[] {3})), 1).size());
    }

    @Test
    void refusesALossWithoutTheActivationItNeeds() {
        Tensor x = graph.floats("x", Shape.UNKNOWN, 2);
        Model model = Model.of(x).to(dense(1).apply(x));
        assertMessage("SIGMOID", () -> model.compile(Loss.binaryCrossEntropy(), new Adam(1)));
    }

    @Test
    void canBeCompiledAgainWithAnotherLoss() {
        Tensor x = graph.floats("x", Shape.UNKNOWN, 1);
        Model model = Model.of(x).to(dense(1, SIGMOID).apply(x));
        Dataset data =
                Dataset.of(List.of(1f, 2f), 2, v -> Sample.of(FloatValues.of(v)).labelled(1f));
        CompiledModel first = model.compile(Loss.binaryCrossEntropy(), new Adam(0.1));
        CompiledModel second = model.compile(Loss.meanSquaredError(), new Adam(0.1));
        double before = second.evaluate(data).loss();
        first.fit(data, 5);
        double between = second.evaluate(data).loss();
        second.fit(data, 5);
        assertTrue(between < before && second.evaluate(data).loss() < between);
    }

    @Test
    void trainsTheSameWhileOthersPredict() throws Exception {
        assertArrayEquals(weightsAfterTraining(0), weightsAfterTraining(2));
    }

    private static float[] weightsAfterTraining(int predicting) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(1 + predicting);
        try (Graph graph = new Graph(3)) {
            Tensor ids = graph.ids("ids");
            Dense layer = dense(1, SIGMOID);
            Tensor x = dropout(0.5).apply(embedding(50, 64).apply(ids));
            CompiledModel model = Model.of(ids)
                    .to(layer.apply(lambda(v -> v.mean(1)).apply(x)))
                    .compile(Loss.binaryCrossEntropy(), new Adam(0.01));
            Dataset train = Dataset.of(
                    IntStream.range(1, 50).boxed().toList(),
                    4,
                    i -> Sample.of(new int[] {i, 50 - i}).labelled((float) (i % 2)));
            AtomicBoolean done = new AtomicBoolean();
            List<Future<?>> others = new ArrayList<>();
            for (int i = 0; i < predicting; i++) {
                others.add(threads.submit(() -> {
                    while (!done.get()) {
                        model.predict(train);
                    }
                }));
            }
            model.fit(train, 5);
            done.set(true);
            for (Future<?> other : others) {
                other.get();
            }
            return layer.weights().get(0).values();
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void isFreedWhenTheLastPredictionIsDone() throws Exception {
        Tensor ids = graph.ids("ids");
        Dense layer = dense(1, SIGMOID);
        Model model = Model.of(ids).to(layer.apply(embedding(50, 64).apply(ids)));
        List<Sample> samples = IntStream.range(0, 64)
                .mapToObj(i -> Sample.of(new int[1 + i % 40]))
                .toList();
        List<Prediction> expected = model.predict(samples, 4);
        CountDownLatch started = new CountDownLatch(3);
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Future<String>> ends = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                ends.add(threads.submit(() -> {
                    while (true) {
                        try {
                            assertEquals(expected, model.predict(samples, 4));
                            started.countDown();
                        } catch (IllegalStateException e) {
                            return e.getMessage();
                        }
                    }
                }));
            }
            assertTrue(started.await(30, TimeUnit.SECONDS));
            graph.close();
            for (Future<String> end : ends) {
                assertEquals("The graph is closed, and all models on it: load or build them anew", end.get());
            }
        } finally {
            threads.shutdown();
        }
        assertTrue(layer.weights().get(0).variable().getArr().wasClosed());
    }

    /** Four values, then four of a mask. */
    private static Sample column(float... numbers) {
        return Sample.of(
                new FloatValues(Arrays.copyOf(numbers, 4), 4, 1),
                new FloatValues(Arrays.copyOfRange(numbers, 4, 8), 4, 1));
    }

    private static void assertMessage(String part, Executable code) {
        String message = assertThrows(IllegalArgumentException.class, code).getMessage();
        assertTrue(message.contains(part), message);
    }
}
