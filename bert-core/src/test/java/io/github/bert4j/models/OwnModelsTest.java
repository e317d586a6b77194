package io.github.bert4j.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.data.Column;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OwnModelsTest {
    private static final int BATCH = 32;

    @ParameterizedTest
    @EnumSource(OwnModels.class)
    void learnsARuleAndNothingFromShuffledLabels(OwnModels own) {
        double learned = measure(own, false);
        assertTrue(learned >= (own == OwnModels.REGRESSION ? 0.9 : 0.95), own + ": " + learned);
        double shuffled = measure(own, true);
        assertTrue(shuffled <= 0.6, own + " on shuffled labels: " + shuffled);
    }

    private static double measure(OwnModels own, boolean shuffled) {
        try (Graph graph = new Graph(5)) {
            CompiledModel model = own.build(graph);
            Dataset test = dataset(own.samples(400, 2, false));
            Dataset train = dataset(own.samples(2000, 1, shuffled));
            double best = Double.NEGATIVE_INFINITY;
            for (int epoch = 0; epoch < (shuffled ? 2 : 20) && best < 0.97; epoch++) {
                model.fit(train, 1);
                best = Math.max(best, model.evaluate(test).metric(own.metric()));
            }
            return shuffled ? model.evaluate(test).metric(own.metric()) : best;
        }
    }

    @Test
    void predictsTheSameInANewJvm(@TempDir Path folder) throws Exception {
        for (OwnModels own : OwnModels.values()) {
            try (Graph graph = new Graph(5)) {
                CompiledModel model = own.build(graph);
                model.fit(dataset(own.samples(64, 1, false)), 1);
                model.model().saveWeights(folder.resolve(own.name()));
                Files.writeString(folder.resolve(own + ".expected"), predictions(own, model.model()));
            }
        }
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        OwnModelsTest.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        assertTrue(other.waitFor(5, TimeUnit.MINUTES));
        assertEquals(0, other.exitValue(), Files.readString(folder.resolve("log")));
        for (OwnModels own : OwnModels.values()) {
            assertEquals(
                    Files.readString(folder.resolve(own + ".expected")),
                    Files.readString(folder.resolve(own + ".found")),
                    own.name());
        }
    }

    /** The new JVM: other initial weights, and then those of the files. */
    public static void main(String[] folder) throws IOException {
        for (OwnModels own : OwnModels.values()) {
            try (Graph graph = new Graph(6)) {
                Model model = own.build(graph).model();
                model.loadWeights(Path.of(folder[0], own.name()));
                Files.writeString(Path.of(folder[0], own + ".found"), predictions(own, model));
            }
        }
    }

    @Test
    void goesOnWithTrainingWhereItEnded(@TempDir Path folder) throws IOException {
        Dataset data = dataset(OwnModels.GOING_ON.samples(128, 1, false));
        try (Graph graph = new Graph(5);
                Graph later = new Graph(5);
                Graph whole = new Graph(5)) {
            CompiledModel model = OwnModels.GOING_ON.build(graph);
            model.fit(data, 1);
            model.saveState(folder.resolve("state"), Map.of());
            CompiledModel again = OwnModels.GOING_ON.build(later);
            again.loadState(folder.resolve("state"), Map.of());
            again.fit(data, 1);
            CompiledModel straight = OwnModels.GOING_ON.build(whole);
            straight.fit(data, 2);
            assertEquals(
                    predictions(OwnModels.GOING_ON, straight.model()), predictions(OwnModels.GOING_ON, again.model()));
        }
    }

    @Test
    void givesTheEncoderAnotherHead(@TempDir Path folder) throws IOException {
        try (Graph graph = new Graph(5);
                Graph other = new Graph(6)) {
            Model trained = OwnModels.GOING_ON.build(graph).model();
            trained.saveWeights(folder.resolve("weights"));
            Model changed = OwnModels.ANOTHER_HEAD.build(other).model();
            LoadedWeights loaded = changed.loadWeights(folder.resolve("weights"), LoadOptions.byName());
            assertEquals(List.of("kind/kernel", "kind/bias"), loaded.missing());
            assertEquals(
                    List.of("head/bias", "head/kernel"),
                    loaded.skipped().keySet().stream().sorted().toList());
            assertArrayEquals(
                    trained.weights().get(0).values(), changed.weights().get(0).values());
        }
    }

    @Test
    void learnsWithALayerALossAMetricAndACallbackOfItsOwn() {
        try (Graph graph = new Graph(3)) {
            float[][] rows = new float[200][];
            float[] wanted = new float[200];
            Random random = new Random(9);
            for (int i = 0; i < rows.length; i++) {
                rows[i] = new float[] {random.nextFloat(), random.nextFloat()};
                wanted[i] = 2 * rows[i][0] - rows[i][1] + 0.5f;
            }
            CompiledModel model = OwnParts.compile(graph.floats("x", Shape.UNKNOWN, 2));
            List<String> log = new ArrayList<>();
            OwnParts.fit(model, Dataset.of(20, Column.of(rows)).labelled(Column.of(wanted)), log::add);
            assertTrue(log.size() > 1 && log.size() < 200, log.toString());
            assertTrue(log.get(log.size() - 1).contains("largest_error"));
            assertEquals(
                    5,
                    graph.weights().stream()
                            .mapToLong(weight -> weight.shape().elements())
                            .sum());
        }
    }

    private static Dataset dataset(List<Sample> samples) {
        return Dataset.of(samples, BATCH, sample -> sample);
    }

    private static String predictions(OwnModels own, Model model) {
        return model.predict(own.samples(20, 3, false), BATCH).stream()
                .map(prediction -> prediction.outputs().toString())
                .collect(Collectors.joining("\n"));
    }
}
