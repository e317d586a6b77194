package io.github.bert4j.models;

import static io.github.bert4j.layers.Activation.SOFTMAX;
import static io.github.bert4j.layers.Activation.TANH;
import static io.github.bert4j.layers.Layers.dense;
import static io.github.bert4j.layers.Layers.dropout;
import static io.github.bert4j.layers.Layers.lambda;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.files.ProcessLock;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.layers.Embedding;
import io.github.bert4j.train.Adam;
import io.github.bert4j.train.AdamW;
import io.github.bert4j.train.AdversarialTraining;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.Checkpoints;
import io.github.bert4j.train.CsvLog;
import io.github.bert4j.train.EarlyStopping;
import io.github.bert4j.train.GradientAccumulation;
import io.github.bert4j.train.Lamb;
import io.github.bert4j.train.LearningRateSchedule;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.Metric;
import io.github.bert4j.train.Monitor;
import io.github.bert4j.train.MovingAverage;
import io.github.bert4j.train.Optimizer;
import io.github.bert4j.train.RDrop;
import io.github.bert4j.train.RateFactors;
import io.github.bert4j.train.SuspendedException;
import io.github.bert4j.train.Technique;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResumeTest {
    private static final int EPOCHS = 4;
    private static final LearningRateSchedule SCHEDULE = LearningRateSchedule.warmUpThenLinearDecay(0.05, 5, 40);

    @TempDir
    private Path folder;

    private enum Variant {
        ADAM(new Adam(0.02)),
        ADAMW_ON_A_SCHEDULE(new AdamW(new Adam(SCHEDULE).withGlobalClipNorm(0.5), 0.1)),
        LAMB(new Lamb(SCHEDULE)),
        RATE_FACTORS(new Adam(SCHEDULE).withRateFactors(RateFactors.named("dense_1/.*", 3))),
        ACCUMULATION(new Adam(0.02), List.of(table -> new GradientAccumulation(4))),
        AVERAGES(new Adam(0.02), List.of(table -> new MovingAverage(0.9))),
        ADVERSARY(new Adam(0.02), List.of(table -> new AdversarialTraining(table, 0.5))),
        R_DROP(new Adam(0.02), List.of(table -> new RDrop(4))),
        FROZEN(new Adam(0.02)),
        BUCKETS(new Adam(0.02)),
        DRAWN(new Adam(0.02)),
        ALL(
                new AdamW(new Adam(SCHEDULE), 0.1),
                List.of(
                        table -> new GradientAccumulation(2),
                        table -> new MovingAverage(0.9),
                        table -> new AdversarialTraining(table, 0.5),
                        table -> new RDrop(4)));

        private final Optimizer optimizer;
        private final List<Function<Weight, Technique>> techniques;

        Variant(Optimizer optimizer) {
            this(optimizer, List.of());
        }

        Variant(Optimizer optimizer, List<Function<Weight, Technique>> techniques) {
            this.optimizer = optimizer;
            this.techniques = techniques;
        }
    }

    /** What a training leaves. */
    private record Result(Map<String, float[]> weights, List<History.Epoch> epochs, Evaluation evaluation) {}

    private static CompiledModel model(Graph graph, Variant variant, int classes) {
        Tensor ids = graph.ids("ids");
        Embedding embedding = new Embedding(30, 6);
        Tensor x = dropout(0.3).apply(embedding.apply(ids));
        Tensor mean = lambda(h -> h.mean(1)).apply(x);
        Tensor p = dense(classes, SOFTMAX).apply(dense(5, TANH).apply(mean));
        Weight table = embedding.weights().get(0);
        if (variant == Variant.FROZEN) {
            graph.freeze(graph.weightsNamed("dense_2/.*"));
        }
        return Model.of(ids)
                .to(p)
                .compile(Loss.sparseCategoricalCrossEntropy(), variant.optimizer, Metric.accuracy())
                .with(variant.techniques.stream().map(made -> made.apply(table)).toArray(Technique[]::new));
    }

    /** 27 texts of different lengths: 7 batches, the last of 3. */
    private static List<Sample> samples() {
        Random random = new Random(8);
        return IntStream.range(0, 27)
                .mapToObj(i -> {
                    int[] ids = random.ints(2 + random.nextInt(4), 1, 30).toArray();
                    return Sample.of(ids).labelled(ids[0] % 3);
                })
                .toList();
    }

    private static Dataset dataset(Variant variant) {
        return switch (variant) {
            case BUCKETS -> Dataset.of(samples(), 4, sample -> sample).bucketedByLength();
            case DRAWN ->
                Dataset.drawn(
                        samples(),
                        4,
                        (sample, random) ->
                                Sample.of(random.ints(3, 1, 30).toArray()).labelled(random.nextInt(3)));
            default -> Dataset.of(samples(), 4, sample -> sample);
        };
    }

    private static Result train(Variant variant, Callback... callbacks) {
        try (Graph graph = new Graph(5)) {
            CompiledModel model = model(graph, variant, 3);
            Dataset validation = Dataset.of(samples(), 5, sample -> sample);
            History history = model.fit(dataset(variant), EPOCHS, validation, callbacks);
            Map<String, float[]> weights = new LinkedHashMap<>();
            graph.weights().forEach(weight -> weights.put(weight.name(), weight.values()));
            return new Result(weights, history.epochs(), model.evaluate(validation));
        }
    }

    /** Trains with an interruption after each of these steps, counted from the beginning, every time in a new graph. */
    private static Result interrupted(
            Variant variant, Path states, List<Integer> steps, Function<Path, Callback> other) {
        for (int step : steps) {
            Checkpoints checkpoints = Checkpoints.in(states);
            SuspendedException suspended = assertThrows(
                    SuspendedException.class,
                    () -> train(variant, checkpoints, other.apply(states), suspendingAfter(step, checkpoints)));
            assertEquals(step, suspended.step());
            assertTrue(Files.exists(suspended.state()));
        }
        return train(variant, Checkpoints.in(states), other.apply(states), suspendingAfter(0, null));
    }

    /** Counts as the training does, over interruptions. */
    private static Callback suspendingAfter(int step, Checkpoints checkpoints) {
        return new Callback() {
            private int before;

            @Override
            public void onEpochStart(EpochStart epoch) {
                before = (epoch.number() - 1) * epoch.steps();
            }

            @Override
            public void onStepEnd(StepEnd end) {
                if (before + end.step() == step) {
                    checkpoints.suspend();
                }
            }
        };
    }

    private static void assertSame(Result expected, Result actual) {
        assertEquals(expected.weights().keySet(), actual.weights().keySet());
        // Not equal by value: 0.0 and -0.0 would be.
        expected.weights()
                .forEach((name, values) ->
                        assertArrayEquals(bits(values), bits(actual.weights().get(name)), name));
        assertEquals(expected.epochs(), actual.epochs());
        assertEquals(expected.evaluation(), actual.evaluation());
    }

    private static int[] bits(float[] values) {
        return IntStream.range(0, values.length)
                .map(i -> Float.floatToRawIntBits(values[i]))
                .toArray();
    }

    private static Callback none(Path states) {
        return new Callback() {};
    }

    @ParameterizedTest
    @EnumSource
    void endsWhereAnUninterruptedTrainingEnds(Variant variant) {
        int steps = new int[] {7, 2}[variant == Variant.ACCUMULATION ? 1 : 0];
        int perEpoch = variant == Variant.ALL ? 4 : steps;
        // In an epoch, at its end, one step after that, and at the very end.
        List<Integer> interruptions = List.of(1, perEpoch, perEpoch + 1, 3 * perEpoch - 1, EPOCHS * perEpoch);
        assertSame(train(variant), interrupted(variant, folder, interruptions, ResumeTest::none));
    }

    @Test
    void stopsEarlyAtTheSameEpochWithTheSameBestWeights() {
        // The loss falls, so by this monitor the first epoch is the best.
        Function<Path, Callback> early = states -> new EarlyStopping(Monitor.max("val_loss"), 2).restoringBestWeights();
        Result expected = train(Variant.AVERAGES, early.apply(folder));
        assertEquals(3, expected.epochs().size());
        assertSame(expected, interrupted(Variant.AVERAGES, folder, List.of(3, 8, 14, 20, 21), early));
    }

    @Test
    void logsEveryEpochOnce() throws IOException {
        Path whole = folder.resolve("whole.csv");
        train(Variant.ADAM, new CsvLog(whole));
        Path parts = folder.resolve("parts.csv");
        interrupted(Variant.ADAM, folder.resolve("states"), List.of(3, 10, 28), states -> new CsvLog(parts));
        assertEquals(Files.readString(whole), Files.readString(parts));
    }

    @Test
    void takesUpWhatWasSavedLastAfterAFailure() {
        Callback failing = Callback.onStepEnd(step -> {
            if (step.epoch() == 2 && step.step() == 5) {
                throw new IllegalStateException("The machine fails");
            }
        });
        Checkpoints everyTwo = Checkpoints.in(folder).everySteps(2);
        assertThrows(IllegalStateException.class, () -> train(Variant.ADAM, everyTwo, failing));
        // Steps are done anew from the tenth on.
        assertSame(
                train(Variant.ADAM), train(Variant.ADAM, Checkpoints.in(folder).everySteps(2)));
    }

    @Test
    void savesByTimeAndKeepsTwo() throws IOException {
        train(Variant.ADAM, Checkpoints.in(folder).every(Duration.ZERO));
        assertEquals(List.of("step-27.safetensors", "step-28.safetensors"), files());
    }

    @Test
    void returnsAtOnceWhatIsDone() {
        Result first = train(Variant.AVERAGES, Checkpoints.in(folder).everySteps(5));
        List<Integer> steps = new ArrayList<>();
        Callback counting = Callback.onStepEnd(step -> steps.add(step.step()));
        assertSame(first, train(Variant.AVERAGES, Checkpoints.in(folder).everySteps(5), counting));
        assertEquals(List.of(), steps);
    }

    @Test
    void goesOnFromTheStateBeforeADamagedOne() throws IOException {
        for (int damage = 0; damage < 3; damage++) {
            Path states = folder.resolve("damage-" + damage);
            assertThrows(
                    IllegalStateException.class,
                    () -> train(Variant.ADAM, Checkpoints.in(states).everySteps(4), failingIn(3)));
            Path newest = states.resolve("step-16.safetensors");
            byte[] bytes = Files.readAllBytes(newest);
            switch (damage) {
                case 0 -> bytes = Arrays.copyOf(bytes, bytes.length / 2);
                case 1 -> bytes[bytes.length - 20] ^= 1;
                default -> bytes[indexOf(bytes, "\"order\\\":") - 3] ^= 1;
            }
            Files.write(newest, bytes);
            assertSame(
                    train(Variant.ADAM),
                    train(Variant.ADAM, Checkpoints.in(states).everySteps(4)));
            assertTrue(Files.exists(states.resolve("step-16.safetensors.damaged")));
        }
    }

    @Test
    void refusesToBeginAnewWhereEveryStateIsDamaged() throws IOException {
        assertThrows(
                IllegalStateException.class,
                () -> train(Variant.ADAM, Checkpoints.in(folder).everySteps(4), failingIn(3)));
        for (String name : files()) {
            byte[] bytes = Files.readAllBytes(folder.resolve(name));
            bytes[bytes.length - 1] ^= 64;
            Files.write(folder.resolve(name), bytes);
        }
        String message = assertThrows(UncheckedIOException.class, () -> train(Variant.ADAM, Checkpoints.in(folder)))
                .getMessage();
        assertTrue(message.contains("step-12.safetensors") && message.contains("checksum"), message);
    }

    @Test
    void saysWhatDiffersFromTheTrainingOfAState() {
        assertThrows(
                IllegalStateException.class,
                () -> train(Variant.ADAM, Checkpoints.in(folder).everySteps(4), failingIn(3)));
        assertDiffers("seed: 5 in the state, 6 now", 6, Variant.ADAM, 3, dataset(Variant.ADAM), EPOCHS);
        assertDiffers(
                "batch size: 4 in the state, 5 now", 5, Variant.ADAM, 3, Dataset.of(samples(), 5, s -> s), EPOCHS);
        assertDiffers(
                "training data: 27 rows",
                5,
                Variant.ADAM,
                3,
                Dataset.of(samples().subList(1, 27), 4, s -> s),
                EPOCHS);
        assertDiffers("epochs: 4 in the state, 5 now", 5, Variant.ADAM, 3, dataset(Variant.ADAM), 5);
        assertDiffers("optimizer: Adam", 5, Variant.LAMB, 3, dataset(Variant.ADAM), EPOCHS);
        assertDiffers("learning rates: from 0.02", 5, Variant.LAMB, 3, dataset(Variant.ADAM), EPOCHS);
        assertDiffers("techniques: 1 batches per step", 5, Variant.ACCUMULATION, 3, dataset(Variant.ADAM), EPOCHS);
        assertDiffers("frozen weights: 0", 5, Variant.FROZEN, 3, dataset(Variant.ADAM), EPOCHS);
        assertDiffers(
                "dense_2/kernel has shape [5, 3], expected [5, 4]", 5, Variant.ADAM, 4, dataset(Variant.ADAM), EPOCHS);
        assertDiffers(
                "callbacks: [] in the state, [EarlyStopping",
                5,
                Variant.ADAM,
                3,
                dataset(Variant.ADAM),
                EPOCHS,
                new EarlyStopping(Monitor.min("loss"), 2));
        String note = assertThrows(
                        IllegalArgumentException.class,
                        () -> train(Variant.ADAM, Checkpoints.in(folder).noting("validation data", "abc")))
                .getMessage();
        assertTrue(note.contains("validation data: none in the state, abc now"), note);
    }

    @Test
    void isSuspendedFromAnotherThread() throws InterruptedException {
        Checkpoints checkpoints = Checkpoints.in(folder);
        Thread other = new Thread(checkpoints::suspend);
        other.start();
        other.join();
        assertEquals(
                1,
                assertThrows(SuspendedException.class, () -> train(Variant.ADAM, checkpoints))
                        .step());
    }

    /** As a pool of threads does that is told to stop. */
    @ParameterizedTest
    @ValueSource(ints = {0, 7})
    void isSuspendedByAnInterruptionAndLosesNothing(int step) {
        Path states = folder.resolve("interrupted");
        Result expected = train(Variant.ADAM);
        try {
            if (step == 0) {
                Thread.currentThread().interrupt();
            }
            SuspendedException suspended = assertThrows(
                    SuspendedException.class,
                    () -> train(Variant.ADAM, Checkpoints.in(states), interruptingAfter(step)));
            assertEquals(Math.max(1, step), suspended.step());
        } finally {
            assertTrue(Thread.interrupted(), "the thread knows it still");
        }
        assertSame(expected, train(Variant.ADAM, Checkpoints.in(states)));
    }

    @Test
    void refusesASecondTrainingInTheSamePlace() throws IOException {
        Path states = folder.resolve("states");
        try (ProcessLock other = Checkpoints.in(states).lock()) {
            String message = assertThrows(
                            IllegalStateException.class, () -> train(Variant.ADAM, Checkpoints.in(states)))
                    .getMessage();
            assertTrue(message.contains("another training that runs now"), other + message);
        }
        train(Variant.ADAM, Checkpoints.in(states));
        assertFalse(Files.exists(states), "nothing was to be saved");
    }

    @Test
    void saysWhichSettingOfTheModelDiffers() {
        Path states = folder.resolve("states");
        Checkpoints checkpoints = Checkpoints.in(states);
        for (String activation : List.of("gelu", "relu")) {
            try (Graph graph = new Graph(5)) {
                CompiledModel model = model(graph, Variant.ADAM, 3);
                graph.note("bert_config.json: hidden_act", activation);
                if (activation.equals("gelu")) {
                    checkpoints.suspend();
                }
                RuntimeException failure = assertThrows(
                        RuntimeException.class, () -> model.fit(dataset(Variant.ADAM), EPOCHS, checkpoints));
                assertEquals(
                        activation.equals("relu"),
                        failure.getMessage().contains("bert_config.json: hidden_act: gelu in the state, relu now"),
                        failure.getMessage());
            }
        }
    }

    private static Callback interruptingAfter(int step) {
        return new Callback() {
            private int steps;

            @Override
            public void onStepEnd(StepEnd end) {
                if (++steps == step) {
                    Thread.currentThread().interrupt();
                }
            }
        };
    }

    @Test
    void savesAveragesInAStateOfItsOwn() throws IOException {
        Path file = folder.resolve("state.safetensors");
        Map<String, float[]> expected = new LinkedHashMap<>();
        try (Graph graph = new Graph(5)) {
            CompiledModel model = model(graph, Variant.AVERAGES, 3);
            model.fit(dataset(Variant.AVERAGES), 1);
            model.saveState(file, Map.of("run", "a"));
            model.fit(dataset(Variant.AVERAGES), 1);
            graph.weights().forEach(weight -> expected.put(weight.name(), weight.values()));
        }
        try (Graph graph = new Graph(5)) {
            CompiledModel model = model(graph, Variant.AVERAGES, 3);
            assertThrows(IOException.class, () -> model.loadState(file, Map.of("run", "b")));
            assertEquals(0, model.step());
            model.loadState(file, Map.of("run", "a"));
            model.fit(dataset(Variant.AVERAGES), 1);
            graph.weights().forEach(weight -> assertArrayEquals(expected.get(weight.name()), weight.values()));
        }
    }

    private void assertDiffers(
            String expected, long seed, Variant variant, int classes, Dataset data, int epochs, Callback... others) {
        try (Graph graph = new Graph(seed)) {
            CompiledModel model = model(graph, variant, classes);
            Callback[] callbacks = Stream.concat(Stream.of(Checkpoints.in(folder)), Arrays.stream(others))
                    .toArray(Callback[]::new);
            Exception refused = assertThrows(Exception.class, () -> model.fit(data, epochs, callbacks));
            String message = refused.getMessage();
            assertTrue(message.contains(expected) && message.contains("step-16"), message);
            assertFalse(refused instanceof IllegalStateException, message);
            assertEquals(0, model.step());
        }
    }

    private static Callback failingIn(int epoch) {
        return Callback.onStepEnd(step -> {
            if (step.epoch() == epoch && step.step() == 4) {
                throw new IllegalStateException("The machine fails");
            }
        });
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static int indexOf(byte[] bytes, String text) {
        return new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf(text);
    }
}
