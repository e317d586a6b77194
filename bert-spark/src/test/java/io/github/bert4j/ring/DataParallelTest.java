package io.github.bert4j.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.event.LabelledEvent;
import io.github.bert4j.event.SubjectExtractor;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.relation.LabelledRelations;
import io.github.bert4j.relation.RelationExtractor;
import io.github.bert4j.relation.Triple;
import io.github.bert4j.sentiment.LabelledReview;
import io.github.bert4j.sentiment.SentimentClassifier;
import io.github.bert4j.spark.TestData;
import io.github.bert4j.task.TaskModel;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.task.Tuning;
import io.github.bert4j.train.AllReduce;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.Checkpoints;
import io.github.bert4j.train.DataParallel;
import io.github.bert4j.train.Gradient;
import io.github.bert4j.train.Optimizer;
import io.github.bert4j.train.Technique;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Three workers with a third of each batch, beside one with all of it; no dropout. */
class DataParallelTest {
    private static final int WORKERS = 3;
    private static final int BATCH = 4;
    private static final int STEPS = 20;

    @TempDir
    Path folder;

    /** What is trained, on rows of different lengths whose masks count different numbers of places. */
    enum Task {
        SENTIMENT {
            @Override
            void fit(Path checkpoint, TrainingOptions options, int epochs, Callback... callbacks) throws IOException {
                List<LabelledReview> rows = numbers()
                        .mapToObj(i -> new LabelledReview(i % 2, text(i)))
                        .toList();
                fit(SentimentClassifier.fromCheckpoint(checkpoint, options), rows, epochs, callbacks);
            }
        },
        RELATION {
            @Override
            void fit(Path checkpoint, TrainingOptions options, int epochs, Callback... callbacks) throws IOException {
                List<LabelledRelations> rows = numbers()
                        .mapToObj(i -> new LabelledRelations(
                                "《晚潮》是林乔安导演的" + text(i),
                                List.of(new Triple("晚潮", "导演", "林乔安"), new Triple("林乔安", "作品", "晚潮"))))
                        .toList();
                fit(
                        RelationExtractor.fromCheckpoint(checkpoint, List.of("导演", "作品"), options),
                        rows,
                        epochs,
                        callbacks);
            }
        },
        EVENT {
            @Override
            void fit(Path checkpoint, TrainingOptions options, int epochs, Callback... callbacks) throws IOException {
                List<LabelledEvent> rows = numbers()
                        .mapToObj(i -> LabelledEvent.of(text(i) + "柏舟航运", i % 3 == 0 ? "高管变动" : "资产重组", "柏舟航运"))
                        .toList();
                fit(SubjectExtractor.fromCheckpoint(checkpoint, options), rows, epochs, callbacks);
            }
        };

        abstract void fit(Path checkpoint, TrainingOptions options, int epochs, Callback... callbacks)
                throws IOException;

        /** Not a multiple of the batch, so that the last one of an epoch is smaller: 2 rows, fewer than workers. */
        static IntStream numbers() {
            return IntStream.range(0, 4 * WORKERS * BATCH + WORKERS - 1);
        }

        static String text(int i) {
            return "好坏大小".substring(i % 4, i % 4 + 1).repeat(1 + i * 7 % 23);
        }

        static <S> void fit(TaskModel<S, ?, ?> model, List<S> rows, int epochs, Callback... callbacks) {
            try (model) {
                model.fit(rows, epochs, callbacks);
            }
        }
    }

    /** What happened in training. */
    private record Run(List<Double> losses, List<Map<String, float[]>> gradients, Map<String, float[]> weights) {
        Run() {
            this(new ArrayList<>(), new ArrayList<>(), new LinkedHashMap<>());
        }
    }

    @ParameterizedTest
    @EnumSource
    void trainsAsOneWorkerWithTheWholeBatch(Task task) throws Exception {
        Run alone = run(task, AllReduce.ALONE, Tuning.NONE, 4);
        assertEquals(STEPS, alone.losses().size());

        List<Run> inProcess = Workers.inProcess(WORKERS, ring -> run(task, ring, Tuning.NONE, 4));
        List<Run> overTcp = Workers.overTcp(WORKERS, ring -> run(task, ring, Tuning.NONE, 4));

        for (Run run : List.of(inProcess.get(0), inProcess.get(2), overTcp.get(1))) {
            for (int step = 0; step < STEPS; step++) {
                assertEquals(alone.losses().get(step), run.losses().get(step), 1e-5, "loss of step " + step);
            }
            // Later ones are taken at other weights, whose rounding differs.
            assertTrue(distance(alone.gradients().get(0), run.gradients().get(0)) < 1e-5);
            assertTrue(distance(alone.weights(), run.weights()) < 1e-5);
        }
        assertEquals(0, distance(inProcess.get(0).weights(), inProcess.get(1).weights()));
        assertEquals(0, distance(inProcess.get(0).weights(), overTcp.get(2).weights()));
    }

    @Test
    void gradientsAccumulateOverBatchesAndWorkers() throws Exception {
        Tuning twoBatches = Tuning.NONE.withBatchesPerStep(2);
        Run alone = run(Task.SENTIMENT, AllReduce.ALONE, twoBatches, 2);

        Run shared = Workers.inProcess(WORKERS, ring -> run(Task.SENTIMENT, ring, twoBatches, 2))
                .get(1);

        assertTrue(distance(alone.weights(), shared.weights()) < 1e-5);
    }

    @Test
    void whatIsFrozenIsNotSent() throws Exception {
        long all = bytesPerStep(Tuning.NONE);
        long some = bytesPerStep(Tuning.NONE.withFrozenLayers(2));

        assertTrue(some < all / 10, some + " of " + all + " bytes");
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5, 7})
    void goOnFromACheckpointToTheResultOfAnUndisturbedRun(int interruptedAfter) throws Exception {
        Path checkpoint = TestData.tinyBert(folder);
        Path states = folder.resolve("states");
        Run undisturbed = Workers.inProcess(
                        2, ring -> run(Task.RELATION, checkpoint, ring, Tuning.NONE, 2, new Callback() {}))
                .get(0);
        Callback interruption = Callback.onStepEnd(step -> {
            if (5 * (step.epoch() - 1) + step.step() == interruptedAfter) {
                throw new ArithmeticException("interrupted");
            }
        });
        Workers.inProcess(2, ring -> {
            Callback[] callbacks = {saving(ring, states, 2), interruption};
            return assertThrows(
                    ArithmeticException.class, () -> run(Task.RELATION, checkpoint, ring, Tuning.NONE, 2, callbacks));
        });

        List<Run> resumed = Workers.inProcess(
                2, ring -> run(Task.RELATION, checkpoint, ring, Tuning.NONE, 2, saving(ring, states, 100)));

        // A state is saved after callbacks were told of its step, so that of the last one is not there.
        int saved = (interruptedAfter - 1) / 2 * 2;
        assertEquals(10 - saved, resumed.get(0).losses().size());
        assertEquals(0, distance(undisturbed.weights(), resumed.get(0).weights()));
        assertEquals(0, distance(undisturbed.weights(), resumed.get(1).weights()));
    }

    @Test
    void workersWithDifferentWeightsDoNotStart() throws Exception {
        List<String> messages = Workers.inProcess(
                2,
                ring -> assertThrows(
                                IllegalStateException.class,
                                () -> Task.SENTIMENT.fit(
                                        TestData.tinyBert(folder),
                                        options(with(Tuning.NONE, new DataParallel(ring)))
                                                .withSeed(ring.rank()),
                                        1,
                                        new Callback() {}))
                        .getMessage());

        messages.forEach(
                message -> assertTrue(message.contains("does not start from the weights of the others"), message));
    }

    /** The first worker saves; all of them read. */
    private static Callback saving(AllReduce worker, Path states, int steps) {
        Checkpoints checkpoints = Checkpoints.in(states);
        return worker.rank() == 0 ? checkpoints.everySteps(steps) : checkpoints;
    }

    private Run run(Task task, AllReduce worker, Tuning tuning, int epochs) throws IOException {
        return run(task, TestData.tinyBertWithoutDropout(folder), worker, tuning, epochs);
    }

    private static Run run(
            Task task, Path checkpoint, AllReduce worker, Tuning tuning, int epochs, Callback... callbacks)
            throws IOException {
        Run run = new Run();
        Tuning recording = tuning.withOptimizer((bert, adam) -> (graph, weights) -> {
            Optimizer.Updater updater = adam.start(graph, weights);
            return new Recording(updater, graph, run);
        });
        Callback losses = Callback.onStepEnd(step -> {
            run.losses().add(step.loss());
            run.weights().clear();
            step.training().weights().forEach(weight -> run.weights().put(weight.name(), values(weight)));
        });
        Tuning all = worker.workers() == 1 ? recording : with(recording, new DataParallel(worker));
        Callback[] told = Stream.concat(Stream.of(losses), Stream.of(callbacks)).toArray(Callback[]::new);
        task.fit(checkpoint, options(all), epochs, told);
        return run;
    }

    private long bytesPerStep(Tuning tuning) throws Exception {
        return Workers.overTcp(2, ring -> {
                    run(Task.SENTIMENT, ring, tuning, 1);
                    return ((TcpRing) ring).bytesSent();
                })
                .get(0);
    }

    private static Tuning with(Tuning tuning, Technique technique) {
        return tuning.withTechniques(bert -> {
            List<Technique> techniques = new ArrayList<>(tuning.techniques().apply(bert));
            techniques.add(technique);
            return techniques;
        });
    }

    private static TrainingOptions options(Tuning tuning) {
        return TrainingOptions.of(40, WORKERS * BATCH, 1e-4).withTuning(tuning);
    }

    private static float[] values(Weight weight) {
        float[] values = new float[Math.toIntExact(weight.shape().elements())];
        weight.view().get(values);
        return values;
    }

    /** Of all numbers: the norm of the difference by that of the first. */
    private static double distance(Map<String, float[]> expected, Map<String, float[]> actual) {
        assertEquals(expected.keySet(), actual.keySet());
        assertNotEquals(0, expected.size());
        double squares = 0;
        double differences = 0;
        for (String name : expected.keySet()) {
            float[] a = expected.get(name);
            float[] b = actual.get(name);
            for (int i = 0; i < a.length; i++) {
                squares += (double) a[i] * a[i];
                differences += Math.pow((double) a[i] - b[i], 2);
            }
        }
        return Math.sqrt(differences / squares);
    }

    /** Keeps the gradients of the first step. */
    private record Recording(Optimizer.Updater updater, Graph graph, Run run) implements Optimizer.Updater {
        @Override
        public void update(long step, Map<Weight, Gradient> gradients) {
            if (run.gradients().isEmpty()) {
                Map<String, float[]> copies = new LinkedHashMap<>();
                gradients.forEach((weight, gradient) ->
                        copies.put(weight.name(), gradient.dense().dup().data().asFloat()));
                run.gradients().add(copies);
            }
            updater.update(step, gradients);
        }

        @Override
        public Map<String, INDArray> state() {
            return updater.state();
        }

        @Override
        public void stateChanged() {
            updater.stateChanged();
        }
    }
}
