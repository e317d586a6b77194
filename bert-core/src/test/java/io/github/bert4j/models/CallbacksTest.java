package io.github.bert4j.models;

import static io.github.bert4j.layers.Layers.dense;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.files.EventFiles;
import io.github.bert4j.files.EventFiles.Event;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.layers.Dense;
import io.github.bert4j.train.Adam;
import io.github.bert4j.train.BestCheckpoint;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.CsvLog;
import io.github.bert4j.train.EarlyStopping;
import io.github.bert4j.train.LearningRateSchedule;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.Monitor;
import io.github.bert4j.train.Optimizer;
import io.github.bert4j.train.TensorBoardLog;
import io.github.bert4j.train.Validation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class CallbacksTest {
    /** Four samples in two steps; the first step of a training has rate 0.5, the next 0.25, and so on. */
    private static final Dataset FOUR = Dataset.of(
            List.of(1f, 2f, 3f, 4f), 2, x -> Sample.of(FloatValues.of(x)).labelled(2 * x));

    private static final LearningRateSchedule HALVING = step -> Math.pow(0.5, step + 1);

    private final Graph graph = new Graph(1);
    private final Dense line = dense(1);

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        graph.close();
    }

    @Test
    void aLambdaIsToldEveryStepAndEpochWithItsLearningRate() {
        List<String> told = new ArrayList<>();
        History history = model(HALVING)
                .fit(
                        FOUR,
                        2,
                        Callback.onStepEnd(
                                step -> told.add("%d.%d %s".formatted(step.epoch(), step.step(), step.learningRate()))),
                        Callback.onEpochEnd(epoch -> told.add(epoch.number() + " " + epoch.learningRate())));
        assertEquals(List.of("1.1 0.5", "1.2 0.25", "1 0.25", "2.1 0.125", "2.2 0.0625", "2 0.0625"), told);
        assertArrayEquals(new double[] {0.25, 0.0625}, history.learningRates());
    }

    @Test
    void anOptimizerOfTheUsersOwnNeedNotTellItsLearningRate() {
        Optimizer none = (owner, weights) -> (step, gradients) -> {};
        CompiledModel model = compile(none);
        assertArrayEquals(new double[] {Double.NaN}, model.fit(FOUR, 1).learningRates());
    }

    @Test
    void aStepThatStopsEndsItsEpochAsAnyOther() {
        List<String> told = new ArrayList<>();
        Callback callback = new Callback() {
            @Override
            public void onTrainingStart() {
                told.add("start");
            }

            @Override
            public void onStepEnd(StepEnd step) {
                told.add("step " + step.step());
                step.training().stop();
            }

            @Override
            public void onEpochEnd(EpochEnd epoch) {
                told.add("epoch " + epoch.metrics().get("val_f1"));
            }

            @Override
            public void onTrainingEnd() {
                told.add("end");
            }
        };
        CompiledModel model = model(HALVING);
        assertEquals(1, model.fit(FOUR, 5, measuring(0.5), callback).epochs().size());
        assertEquals(List.of("start", "step 1", "epoch 0.5", "end"), told);
        assertEquals(2, model.fit(FOUR, 2).epochs().size(), "the next training is another one");
    }

    @Test
    void everyCallbackIsToldTheEndWhateverFails() {
        List<String> told = new ArrayList<>();
        Callback failing = new Callback() {
            @Override
            public void onEpochEnd(EpochEnd epoch) {
                throw new IllegalStateException("epoch");
            }

            @Override
            public void onTrainingEnd() {
                throw new IllegalStateException("end");
            }
        };
        Callback closing = new Callback() {
            @Override
            public void onTrainingEnd() {
                told.add("closed");
            }
        };
        CompiledModel model = model(HALVING);
        IllegalStateException failure =
                assertThrows(IllegalStateException.class, () -> model.fit(FOUR, 1, failing, closing, failing));
        assertEquals("epoch", failure.getMessage());
        assertEquals("end", failure.getSuppressed()[0].getMessage());
        assertEquals("end", failure.getSuppressed()[0].getSuppressed()[0].getMessage());
        assertEquals(List.of("closed"), told);
    }

    @Test
    void stopsAfterEpochsWithoutImprovement() {
        assertEquals(5, epochs(new EarlyStopping(Monitor.max("val_f1"), 2), 0.5, 0.4, 0.6, 0.6, 0.5, 0.9));
        assertEquals(3, epochs(new EarlyStopping(Monitor.min("val_f1"), 1), 0.5, 0.4, 0.6, 0.6, 0.5, 0.9));
        assertEquals(6, epochs(new EarlyStopping(Monitor.max("val_f1"), 9), 6, 5, 4, 3, 2, 1));
        assertEquals(3, epochs(new EarlyStopping(Monitor.max("val_f1"), 2), 0.5, Double.NaN, 0.5, 0.9));
        assertEquals(4, epochs(new EarlyStopping(Monitor.max("val_f1"), 2), Double.NaN, 1, 1, 1, 2));
    }

    @Test
    void smallImprovementsMayNotCount() {
        EarlyStopping stopping = new EarlyStopping(Monitor.max("val_f1"), 2).withMinDelta(0.25);
        assertEquals(4, epochs(stopping, 0, 0.5, 0.75, 0.625, 2));
        assertEquals(2, stopping.best().orElseThrow().number(), "0.75 is better by no more than 0.25");
        EarlyStopping falling = new EarlyStopping(Monitor.min("val_f1"), 2).withMinDelta(0.25);
        assertEquals(5, epochs(falling, 1, 0.75, 0.5, 0.5, 0.25, 0));
        assertEquals(3, falling.best().orElseThrow().number(), "1 to 0.5 is more than 0.25");
    }

    @Test
    void judgesEveryTrainingByItself() {
        EarlyStopping stopping = new EarlyStopping(Monitor.max("val_f1"), 1);
        assertEquals(2, epochs(stopping, 9, 8, 7));
        assertEquals(3, epochs(stopping, 1, 2, 3));
    }

    @Test
    void restoresTheWeightsOfTheBestEpoch() {
        List<Float> kernels = new ArrayList<>();
        Callback remember = Callback.onEpochEnd(epoch -> kernels.add(kernel()));
        EarlyStopping stopping = new EarlyStopping(Monitor.max("val_f1"), 2).restoringBestWeights();
        CompiledModel model = model(LearningRateSchedule.constant(0.1));
        model.fit(FOUR, 9, measuring(0.1, 0.7, 0.2, 0.3), remember, stopping);
        assertEquals(4, kernels.size());
        assertEquals(kernels.get(1), kernel());
        assertNotEquals(kernels.get(1), kernels.get(3));
        float predicted = model.predict(FOUR).get(0).output(0).values()[0]
                - line.weights().get(1).values()[0];
        assertEquals(kernels.get(1), predicted, 1e-6, "nothing made of the last weights is used");

        // Without improvement over its own first epoch, a second training ends where that one ended.
        model.fit(FOUR, 3, measuring(0.5, 0.4, 0.3), remember, stopping);
        assertEquals(kernels.get(4), kernel());
    }

    @Test
    void restoresWeightsAlsoWhenTrainingFails() {
        float[] best = {0};
        EarlyStopping stopping = new EarlyStopping(Monitor.max("val_f1"), 5).restoringBestWeights();
        CompiledModel model = model(LearningRateSchedule.constant(0.1));
        Iterator<Double> scores = List.of(0.5).iterator();
        assertThrows(
                NoSuchElementException.class,
                () -> model.fit(
                        FOUR,
                        2,
                        () -> Map.of("f1", scores.next()),
                        stopping,
                        Callback.onEpochEnd(epoch -> best[0] = kernel())));
        assertEquals(best[0], kernel());
    }

    @Test
    void namesTheMetricsThereAre() {
        EarlyStopping stopping = new EarlyStopping(Monitor.max("val_accuracy"), 1);
        CompiledModel model = model(HALVING);
        String message = assertThrows(IllegalArgumentException.class, () -> model.fit(FOUR, 1, stopping))
                .getMessage();
        assertTrue(
                message.contains("\"val_accuracy\" is not measured in this training: expected one of [loss]"), message);
    }

    @Test
    void refusesPatienceAndChangesBelowZero() {
        Monitor monitor = Monitor.min("loss");
        EarlyStopping stopping = new EarlyStopping(monitor, 0);
        assertThrows(IllegalArgumentException.class, () -> new EarlyStopping(monitor, -1));
        assertThrows(IllegalArgumentException.class, () -> stopping.withMinDelta(-0.1));
        assertThrows(IllegalArgumentException.class, () -> stopping.withMinDelta(Double.NaN));
    }

    @Test
    void savesTheBestEpochOfAllTrainings() throws IOException {
        CompiledModel model = model(LearningRateSchedule.constant(0.1));
        Path file = folder.resolve("best.safetensors");
        List<Float> kernels = new ArrayList<>();
        BestCheckpoint best = new BestCheckpoint(Monitor.max("val_f1"), () -> {
            model.model().saveWeights(file);
            kernels.add(kernel());
        });
        model.fit(FOUR, 4, measuring(Double.NaN, 0.1, 0.7, 0.7), best);
        model.fit(FOUR, 2, measuring(0.5, 0.6), best);
        assertEquals(2, kernels.size());
        assertEquals(3, best.best().orElseThrow().number());
        model.model().loadWeights(file);
        assertEquals(kernels.get(1), kernel());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void tellsWhenItCannotSave() {
        IOException full = new FileSystemException("disk full");
        BestCheckpoint best = new BestCheckpoint(Monitor.min("loss"), () -> {
            throw full;
        });
        CompiledModel model = model(HALVING);
        UncheckedIOException failure = assertThrows(UncheckedIOException.class, () -> model.fit(FOUR, 1, best));
        assertSame(full, failure.getCause());
    }

    @Test
    void logsALinePerEpoch() throws IOException {
        Path file = folder.resolve("log.csv");
        CompiledModel model = model(HALVING);
        History first = model.fit(FOUR, 2, measuring(0.5, 0.75), new CsvLog(file));
        History second = model.fit(FOUR, 1, measuring(1), new CsvLog(file));
        assertEquals(
                List.of(
                        "epoch,learning_rate,loss,val_f1",
                        "1,0.25,%s,0.5".formatted(first.values("loss")[0]),
                        "2,0.0625,%s,0.75".formatted(first.values("loss")[1]),
                        "1,0.015625,%s,1.0".formatted(second.values("loss")[0])),
                Files.readAllLines(file));
    }

    @Test
    void leavesALogOfOtherMetricsAsItIs() throws IOException {
        Path file = folder.resolve("log.csv");
        Files.writeString(file, "epoch,learning_rate,loss,val_accuracy\n1,0.1,2,3\n");
        CompiledModel model = model(HALVING);
        String message = assertThrows(
                        IllegalArgumentException.class, () -> model.fit(FOUR, 1, measuring(0.5), new CsvLog(file)))
                .getMessage();
        assertTrue(
                message.contains("val_accuracy], but this training has [epoch, learning_rate, loss, val_f1]"), message);
        assertEquals("epoch,learning_rate,loss,val_accuracy\n1,0.1,2,3\n", Files.readString(file));
    }

    @Test
    void tellsBeforeTrainingThatALogCannotBeWritten() {
        List<Callback.StepEnd> steps = new ArrayList<>();
        CompiledModel model = model(HALVING);
        Callback log = new CsvLog(folder.resolve("absent").resolve("log.csv"));
        assertThrows(UncheckedIOException.class, () -> model.fit(FOUR, 1, log, Callback.onStepEnd(steps::add)));
        assertEquals(List.of(), steps);
    }

    @Test
    void writesWhatTensorBoardReads() throws IOException {
        CompiledModel model = model(HALVING);
        List<Double> losses = new ArrayList<>();
        History history = model.fit(
                FOUR,
                2,
                measuring(0.5, 0.75),
                new TensorBoardLog(folder),
                Callback.onStepEnd(step -> losses.add(step.loss())));
        List<Event> train = EventFiles.events(EventFiles.only(folder.resolve("train")));
        assertEquals("brain.Event:2", train.get(0).fileVersion());
        assertEquals(points(losses), points(train, "batch_loss"));
        assertEquals(points(List.of(0.5, 0.25, 0.125, 0.0625)), points(train, "batch_learning_rate"));
        assertEquals(points(Arrays.stream(history.values("loss")).boxed().toList()), points(train, "epoch_loss"));
        assertEquals(points(List.of(0.25, 0.0625)), points(train, "epoch_learning_rate"));
        List<Event> validation = EventFiles.events(EventFiles.only(folder.resolve("validation")));
        assertEquals(points(List.of(0.5, 0.75)), points(validation, "epoch_f1"));
        assertEquals(1 + 4 * 2 + 2 * 2 + 1 + 2, train.size() + validation.size());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void closesTensorBoardsFilesWhenTrainingFails() throws IOException {
        CompiledModel model = model(HALVING);
        TensorBoardLog log = new TensorBoardLog(folder);
        Callback failing = Callback.onEpochEnd(epoch -> {
            throw new IllegalStateException("failed");
        });
        assertThrows(IllegalStateException.class, () -> model.fit(FOUR, 1, measuring(0.5), log, failing));
        for (String run : List.of("train", "validation")) {
            Path file = EventFiles.only(folder.resolve(run)).toRealPath();
            try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
                assertTrue(open.noneMatch(descriptor -> leadsTo(descriptor, file)), file + " is still open");
            }
        }
        model.fit(FOUR, 1, log);
        try (Stream<Path> files = Files.list(folder.resolve("train"))) {
            Map<Long, Float> losses = files.flatMap(file -> points(events(file), "epoch_loss").entrySet().stream())
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
            assertEquals(List.of(1L, 2L), losses.keySet().stream().sorted().toList(), "epochs count on");
        }
    }

    private static boolean leadsTo(Path descriptor, Path file) {
        try {
            return Files.readSymbolicLink(descriptor).equals(file);
        } catch (IOException e) {
            // Closed since it was listed, as the listing's own is.
            return false;
        }
    }

    private static List<Event> events(Path file) {
        try {
            return EventFiles.events(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<Long, Float> points(List<Double> values) {
        return IntStream.range(0, values.size())
                .boxed()
                .collect(Collectors.toMap(i -> i + 1L, i -> values.get(i).floatValue()));
    }

    private static Map<Long, Float> points(List<Event> events, String tag) {
        return events.stream()
                .filter(event -> event.summary().getValueList().stream()
                        .anyMatch(value -> value.getTag().equals(tag)))
                .collect(Collectors.toMap(
                        Event::step, event -> event.summary().getValue(0).getSimpleValue()));
    }

    /** Trains with a validation that measures these scores in turn; how many epochs it takes. */
    private int epochs(Callback callback, double... scores) {
        try (Graph own = new Graph(1)) {
            Tensor x = own.floats("x", Shape.UNKNOWN, 1);
            return Model.of(x)
                    .to(dense(1).apply(x))
                    .compile(Loss.meanSquaredError(), new Adam(0.1))
                    .fit(FOUR, scores.length, measuring(scores), callback)
                    .epochs()
                    .size();
        }
    }

    private static Validation measuring(double... scores) {
        Iterator<Double> next = Arrays.stream(scores).iterator();
        return () -> Map.of("f1", next.next());
    }

    private CompiledModel model(LearningRateSchedule schedule) {
        return compile(new Adam(schedule));
    }

    private CompiledModel compile(Optimizer optimizer) {
        Tensor x = graph.floats("x", Shape.UNKNOWN, 1);
        return Model.of(x).to(line.apply(x)).compile(Loss.meanSquaredError(), optimizer);
    }

    private float kernel() {
        return line.weights().get(0).values()[0];
    }
}
