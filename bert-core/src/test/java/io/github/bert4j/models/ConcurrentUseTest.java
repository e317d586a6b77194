package io.github.bert4j.models;

import static io.github.bert4j.layers.Activation.LINEAR;
import static io.github.bert4j.layers.Activation.SIGMOID;
import static io.github.bert4j.layers.Layers.dense;
import static io.github.bert4j.layers.Layers.embedding;
import static io.github.bert4j.layers.Layers.lambda;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.checkpoint.SafeTensors;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.layers.Dense;
import io.github.bert4j.layers.Embedding;
import io.github.bert4j.train.Adam;
import io.github.bert4j.train.AdversarialTraining;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.EarlyStopping;
import io.github.bert4j.train.GradientAccumulation;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.Monitor;
import io.github.bert4j.train.MovingAverage;
import io.github.bert4j.train.Optimizer;
import io.github.bert4j.train.Technique;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.autodiff.samediff.SDVariable;

/** What threads see of each other that train, predict, save and close. */
class ConcurrentUseTest {
    private static final Dataset TEXTS = Dataset.of(
            IntStream.range(1, 50).boxed().toList(),
            4,
            i -> Sample.of(new int[] {i, 50 - i}).labelled((float) (i % 2)));

    private final Graph graph = new Graph(3);
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @TempDir
    Path folder;

    private Embedding table;

    @AfterEach
    void end() throws InterruptedException {
        threads.shutdown();
        assertTrue(threads.awaitTermination(30, TimeUnit.SECONDS));
        graph.close();
    }

    @Test
    void refusesASecondFitOfTheSameWeights() throws Exception {
        CompiledModel first = model().compile(Loss.binaryCrossEntropy(), new Adam(0.01));
        CompiledModel second = first.model().compile(Loss.meanSquaredError(), new Adam(0.01));
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Future<History> fit = threads.submit(() -> first.fit(TEXTS, 1, Callback.onStepEnd(step -> {
            started.countDown();
            await(go);
        })));
        await(started);
        for (CompiledModel model : List.of(first, second)) {
            String message = assertThrows(IllegalStateException.class, () -> model.fit(TEXTS, 1))
                    .getMessage();
            assertTrue(message.startsWith("Another thread is training these weights"), message);
        }
        go.countDown();
        fit.get();
        second.fit(TEXTS, 1);
    }

    /** An update takes its time here, so that whoever does not wait for it sees half of it. */
    @Test
    void predictsAndSavesByTheWeightsOfOneStepWhileTraining() throws Exception {
        Dense first = new Dense(1, LINEAR, Dense.Bias.NO);
        Dense second = new Dense(1, LINEAR, Dense.Bias.NO);
        Tensor x = graph.floats("x", Shape.UNKNOWN, 1);
        Tensor difference = lambda((SDVariable p, SDVariable q) -> p.sub(q)).apply(first.apply(x), second.apply(x));
        Weight a = first.weights().get(0);
        Weight b = second.weights().get(0);
        b.assign(a.values());
        Optimizer slow = (same, weights) -> (step, gradients) -> {
            for (Weight weight : List.of(a, b)) {
                weight.variable().getArr().assign(step + 2);
                sleep();
            }
        };
        CompiledModel model = Model.of(x).to(difference).compile(Loss.meanSquaredError(), slow);
        Dataset data =
                Dataset.of(List.of(1f), 1, v -> Sample.of(FloatValues.of(v)).labelled(1f));
        AtomicBoolean done = new AtomicBoolean();
        Path file = folder.resolve("weights.safetensors");
        Future<Integer> predicting = threads.submit(() -> {
            int count = 0;
            while (!done.get()) {
                assertEquals(0, model.predict(data).get(0).value());
                count++;
            }
            return count;
        });
        Future<Integer> saving = threads.submit(() -> {
            int count = 0;
            while (!done.get()) {
                model.model().saveWeights(file);
                try (SafeTensors saved = SafeTensors.open(file)) {
                    assertEquals(value(saved, a), value(saved, b));
                }
                count++;
            }
            return count;
        });
        try {
            model.fit(data, 40);
        } finally {
            done.set(true);
        }
        assertTrue(predicting.get() > 1 && saving.get() > 1);
    }

    /** Operations are added to maps that runs look things up in. */
    @Test
    void compilesOnceNobodyRuns() throws Exception {
        Model model = model();
        Future<CompiledModel> compiling = graph.reading(() -> {
            Future<CompiledModel> started =
                    threads.submit(() -> model.compile(Loss.binaryCrossEntropy(), new Adam(0.1)));
            assertThrows(TimeoutException.class, () -> started.get(300, TimeUnit.MILLISECONDS));
            assertEquals(49, model.predict(TEXTS).size());
            return started;
        });
        compiling.get().fit(TEXTS, 1);
    }

    /** Ways of training that use weights between runs. */
    private enum Training {
        PLAIN(table -> List.of()),
        ACCUMULATED(table -> List.of(new GradientAccumulation(3))),
        AVERAGED(table -> List.of(new MovingAverage(0.9))),
        ADVERSARIAL(table -> List.of(new AdversarialTraining(table, 0.5)));

        private final Function<Weight, List<Technique>> techniques;

        Training(Function<Weight, List<Technique>> techniques) {
            this.techniques = techniques;
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsTrainingWithAMessageWhenClosed(Training training) throws Exception {
        Model model = model();
        Weight vectors = table.weights().get(0);
        CompiledModel compiled = model.compile(Loss.binaryCrossEntropy(), new Adam(0.01))
                .with(training.techniques.apply(vectors).toArray(Technique[]::new));
        CountDownLatch started = new CountDownLatch(20);
        Future<History> fit = threads.submit(() -> compiled.fit(
                TEXTS,
                100_000,
                () -> compiled.evaluate(TEXTS).named(),
                new EarlyStopping(Monitor.min("val_loss"), 100_000).restoringBestWeights(),
                Callback.onStepEnd(step -> started.countDown())));
        await(started);
        graph.close();
        Throwable cause = assertThrows(ExecutionException.class, fit::get).getCause();
        assertClosed(assertInstanceOf(IllegalStateException.class, cause));
        assertTrue(vectors.variable().getArr().wasClosed());
    }

    @Test
    void canBeClosedByACallback() {
        CompiledModel model = model().compile(Loss.binaryCrossEntropy(), new Adam(0.01));
        Weight vectors = table.weights().get(0);
        Callback closing = Callback.onStepEnd(step -> {
            graph.close();
            assertFalse(vectors.variable().getArr().wasClosed());
        });
        assertClosed(assertThrows(IllegalStateException.class, () -> model.fit(TEXTS, 1, closing)));
        assertTrue(vectors.variable().getArr().wasClosed());
    }

    @Test
    void refusesEverythingOnceClosed() throws Exception {
        CompiledModel model = model().compile(Loss.binaryCrossEntropy(), new Adam(0.01));
        Weight vectors = table.weights().get(0);
        Path file = folder.resolve("weights.safetensors");
        model.model().saveWeights(file);
        byte[] before = Files.readAllBytes(file);
        graph.close();
        graph.close();
        assertClosed(assertThrows(IllegalStateException.class, () -> model.predict(TEXTS)));
        assertClosed(assertThrows(IllegalStateException.class, () -> model.evaluate(TEXTS)));
        assertClosed(assertThrows(IllegalStateException.class, () -> model.fit(TEXTS, 1)));
        assertClosed(
                assertThrows(IllegalStateException.class, () -> model.model().saveWeights(file)));
        assertClosed(
                assertThrows(IllegalStateException.class, () -> model.model().loadWeights(file)));
        assertClosed(assertThrows(IllegalStateException.class, vectors::values));
        assertClosed(assertThrows(IllegalStateException.class, vectors::view));
        assertClosed(assertThrows(IllegalStateException.class, () -> vectors.assign(new float[50 * 8])));
        assertArrayEquals(before, Files.readAllBytes(file));
        assertEquals(
                List.of(),
                Files.list(folder).filter(other -> !other.equals(file)).toList());
    }

    private Model model() {
        Tensor ids = graph.ids("ids");
        table = embedding(50, 8);
        return Model.of(ids).to(dense(1, SIGMOID).apply(lambda(v -> v.mean(1)).apply(table.apply(ids))));
    }

    private static float value(SafeTensors file, Weight weight) throws IOException {
        FloatBuffer value = FloatBuffer.allocate(1);
        file.readFloats(weight.name(), value);
        return value.get(0);
    }

    private static void assertClosed(IllegalStateException e) {
        assertTrue(e.getMessage().startsWith("The graph is closed"), e.getMessage());
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(60, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
