package io.github.bert4j.models;

import static io.github.bert4j.layers.Activation.SIGMOID;
import static io.github.bert4j.layers.Activation.SOFTMAX;
import static io.github.bert4j.layers.Layers.dense;
import static io.github.bert4j.layers.Layers.embedding;
import static io.github.bert4j.layers.Layers.lambda;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.IntValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.train.Adam;
import io.github.bert4j.train.AdversarialTraining;
import io.github.bert4j.train.AllReduce;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.DataParallel;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.LossTerm;
import io.github.bert4j.train.OnNonFinite;
import io.github.bert4j.train.Technique;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataParallelTest {
    private static final int BATCH = 12;

    /** Losses of all steps, and all weights at the end. */
    private record Run(List<Double> losses, float[] weights) {}

    /** The last batch has 3 samples: of 4 workers, one has none. */
    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void workersTrainAsOne(int workers) throws Exception {
        Run alone = run(1);

        List<Run> together = together(workers);

        for (Run run : together) {
            assertArrayEquals(
                    alone.losses().stream().mapToDouble(Double::doubleValue).toArray(),
                    run.losses().stream().mapToDouble(Double::doubleValue).toArray(),
                    1e-5);
            assertArrayEquals(alone.weights(), run.weights(), 1e-5f);
            assertArrayEquals(together.get(0).weights(), run.weights(), 0);
        }
    }

    @Test
    void workersThatStartFromDifferentWeightsAreTold() throws Exception {
        List<AllReduce> rings = Sums.of(2);
        List<String> messages = inThreads(
                2,
                rank -> assertThrows(IllegalStateException.class, () -> run(rank, 1, new DataParallel(rings.get(rank))))
                        .getMessage());

        messages.forEach(message -> assertTrue(message.contains("same checkpoint, seed"), message));
    }

    @Test
    void refusesToDisturbAShareOfABatch() {
        try (Graph graph = new Graph(1)) {
            CompiledModel model = model(graph);
            AllReduce worker = Sums.of(2).get(0);
            Technique adversary =
                    new AdversarialTraining(graph.weights().iterator().next(), 0.5);

            assertThrows(IllegalArgumentException.class, () -> model.with(adversary, new DataParallel(worker)));
        }
    }

    @Test
    void refusesToLeaveOutAStepThatOthersTake() {
        try (Graph graph = new Graph(1)) {
            CompiledModel model = model(graph);
            AllReduce worker = Sums.of(2).get(0);

            assertThrows(IllegalArgumentException.class, () -> model.with(OnNonFinite.SKIP, new DataParallel(worker)));
        }
    }

    private static List<Run> together(int workers) throws Exception {
        List<AllReduce> rings = Sums.of(workers);
        return inThreads(workers, rank -> run(1, 4, new DataParallel(rings.get(rank))));
    }

    private static Run run(long seed) {
        return run(seed, 4);
    }

    private static Run run(long seed, int epochs, Technique... techniques) {
        List<Double> losses = new ArrayList<>();
        float[] weights = fit(seed, Callback.onStepEnd(step -> losses.add(step.loss())), epochs, techniques);
        return new Run(losses, weights);
    }

    private static float[] fit(long seed, Callback callback, int epochs, Technique... techniques) {
        try (Graph graph = new Graph(seed)) {
            model(graph).with(techniques).fit(dataset(), epochs, callback);
            float[] all = new float[0];
            for (var weight : graph.weights()) {
                float[] values = weight.variable().getArr().dup().data().asFloat();
                int before = all.length;
                all = Arrays.copyOf(all, before + values.length);
                System.arraycopy(values, 0, all, before, values.length);
            }
            return all;
        }
    }

    /** Two means over different numbers of places, of which some batches have none. */
    private static CompiledModel model(Graph graph) {
        Tensor ids = graph.ids("ids");
        Tensor label = graph.floats("label", Shape.UNKNOWN, 1);
        Tensor classes = graph.ids("classes");
        Tensor x = embedding(50, 8).apply(ids);
        Tensor text = dense(1, SIGMOID).apply(lambda(h -> h.mean(1)).apply(x));
        Tensor words = dense(3, SOFTMAX).apply(x);
        List<LossTerm> loss = List.of(
                Loss.binaryCrossEntropy().term(text, label),
                Loss.sparseCategoricalCrossEntropy().term(words, classes));
        return Model.of(ids, label, classes).to(text, words).compile(loss, new Adam(1e-2));
    }

    private static Dataset dataset() {
        Random random = new Random(4);
        List<Sample> samples = IntStream.range(0, 2 * BATCH + 3)
                .mapToObj(i -> {
                    int counted = i % 3 == 0 ? 0 : random.nextInt(7);
                    int[] ids = random.ints(6, 1, 50).toArray();
                    return Sample.of(
                            IntValues.of(ids),
                            FloatValues.of(ids[0] % 2),
                            IntValues.of(IntStream.range(0, 6)
                                    .map(word -> word < counted ? ids[word] % 3 : -1)
                                    .toArray()));
                })
                .toList();
        return Dataset.of(samples, BATCH, sample -> sample);
    }

    /** What each worker does. */
    private interface Work<T> {
        T of(int rank) throws Exception;
    }

    private static <T> List<T> inThreads(int workers, Work<T> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(workers);
        try {
            List<Future<T>> futures = IntStream.range(0, workers)
                    .mapToObj(rank -> threads.submit(() -> work.of(rank)))
                    .toList();
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    /** Adds up in one array, in the order of ranks. */
    private record Sums(int rank, float[][] given, CyclicBarrier barrier) implements AllReduce {
        static List<AllReduce> of(int workers) {
            float[][] given = new float[workers][];
            CyclicBarrier barrier = new CyclicBarrier(workers);
            return IntStream.range(0, workers)
                    .<AllReduce>mapToObj(rank -> new Sums(rank, given, barrier))
                    .toList();
        }

        @Override
        public int workers() {
            return given.length;
        }

        @Override
        public void sum(float[] values) {
            given[rank] = values.clone();
            await();
            Arrays.fill(values, 0);
            for (float[] some : given) {
                for (int i = 0; i < values.length; i++) {
                    values[i] += some[i];
                }
            }
            await();
        }

        private void await() {
            try {
                barrier.await(1, TimeUnit.MINUTES);
            } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
