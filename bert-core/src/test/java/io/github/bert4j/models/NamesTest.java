package io.github.bert4j.models;

import static io.github.bert4j.layers.Activation.SIGMOID;
import static io.github.bert4j.layers.Layers.dense;
import static io.github.bert4j.layers.Layers.dropout;
import static io.github.bert4j.layers.Layers.lambda;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.checkpoint.NamedTensor;
import io.github.bert4j.checkpoint.SafeTensorsWriter;
import io.github.bert4j.data.Column;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Initializer;
import io.github.bert4j.graph.Layer;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.layers.Dense;
import io.github.bert4j.train.Adam;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.Checkpoints;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.LossTerm;
import io.github.bert4j.train.Metric;
import io.github.bert4j.train.RateFactors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;

/** What once went wrong in silence: weights that come back elsewhere, are not trained, or are not told of. */
class NamesTest {
    private static final float[][] ROWS = {{1, 2}, {3, -1}, {0, 1}, {-2, 0.5f}};

    @TempDir
    private Path folder;

    private final List<Graph> graphs = new ArrayList<>();

    @AfterEach
    void close() {
        graphs.forEach(Graph::close);
    }

    private Tensor input() {
        Graph graph = new Graph(graphs.size());
        graphs.add(graph);
        return graph.floats("x", Shape.UNKNOWN, 2);
    }

    /** Two heads, of which either is applied first. */
    private Model heads(boolean firstFirst, boolean named) {
        Tensor x = input();
        Layer first = named ? dense(1).named("first") : dense(1);
        Layer second = named ? dense(1).named("second") : dense(1);
        (firstFirst ? first : second).apply(x);
        (firstFirst ? second : first).apply(x);
        return Model.of(x).to(first.apply(x), second.apply(x));
    }

    private static float[] predict(Model model) {
        Prediction prediction = model.predict(Dataset.of(1, Column.of(ROWS))).get(0);
        return new float[] {
            prediction.output(0).values()[0], prediction.output(1).values()[0]
        };
    }

    @Test
    void refusesWeightsOfHeadsThatWereAppliedInAnotherOrder() throws IOException {
        Path file = folder.resolve("weights");
        Model saved = heads(true, false);
        saved.saveWeights(file);
        Model swapped = heads(false, false);
        float[] before = predict(swapped);
        String message = assertThrows(WeightMismatchException.class, () -> swapped.loadWeights(file))
                .getMessage();
        assertTrue(message.contains("output 1 is dense_1(x) in the file, but dense_2(x) in this model"), message);
        assertArrayEquals(before, predict(swapped));
        Model same = heads(true, false);
        same.loadWeights(file);
        assertArrayEquals(predict(saved), predict(same));
    }

    @Test
    void loadsNamedHeadsWhateverTheirOrder() throws IOException {
        Path file = folder.resolve("weights");
        Model saved = heads(true, true);
        saved.saveWeights(file);
        Model swapped = heads(false, true);
        swapped.loadWeights(file);
        assertArrayEquals(predict(saved), predict(swapped));
    }

    @Test
    void refusesAStateOfHeadsThatWereAppliedInAnotherOrder() throws IOException {
        CompiledModel saved = heads(true, false).compile(Loss.meanSquaredError(), new Adam(0.1));
        CompiledModel swapped = heads(false, false).compile(Loss.meanSquaredError(), new Adam(0.1));
        saved.saveState(folder.resolve("state"), Map.of());
        assertThrows(IOException.class, () -> swapped.loadState(folder.resolve("state"), Map.of()));
        Dataset data = Dataset.of(4, Column.of(ROWS)).labelled(Column.of(new float[4]), Column.of(new float[4]));
        Checkpoints checkpoints = Checkpoints.in(folder.resolve("states")).everySteps(1);
        saved.fit(data, 1, checkpoints);
        String message = assertThrows(IllegalArgumentException.class, () -> swapped.fit(data, 1, checkpoints))
                .getMessage();
        assertTrue(message.contains("output 1"), message);
    }

    @Test
    void refusesLayersOfAnotherTypeOrConnection() throws IOException {
        Path file = folder.resolve("weights");
        Tensor x = input();
        Model.of(x).to(dense(2).apply(dense(2).apply(x))).saveWeights(file);
        Tensor y = input();
        Tensor inner = dense(2).apply(y);
        Tensor side = dense(2).apply(y);
        Model other = Model.of(y).to(inner.plus(side));
        String message = assertThrows(WeightMismatchException.class, () -> other.loadWeights(file))
                .getMessage();
        assertTrue(message.contains("dense_2 is Dense(dense_1(x)) in the file, but Dense(x) in this model"), message);
    }

    @Test
    void doesNotCountLayersWithoutWeightsElsewhere() throws IOException {
        Path file = folder.resolve("weights");
        Tensor x = input();
        Model.of(x).to(dense(1).apply(lambda(v -> v.mul(2)).apply(x))).saveWeights(file);
        Tensor y = input();
        lambda(v -> v.mul(3)).apply(y);
        Model.of(y).to(dense(1).apply(lambda(v -> v.mul(2)).apply(y))).loadWeights(file);
    }

    @Test
    void loadsFilesThatKnowOfNoStructure() throws IOException {
        Path file = folder.resolve("weights");
        Model model = heads(true, false);
        SafeTensorsWriter.writeChecked(
                file,
                Map.of(),
                model.weights().stream()
                        .map(weight -> NamedTensor.ofFloats(
                                weight.name(), weight.shape().sizes(), weight::view))
                        .toList());
        Model later = heads(true, false);
        later.loadWeights(file);
        assertArrayEquals(predict(model), predict(later));
    }

    @Test
    void loadsByNameWhatFitsAndTellsWhatDoesNot() throws IOException {
        Path file = folder.resolve("weights");
        Tensor x = input();
        Layer body = dense(3).named("body");
        Tensor middle = body.apply(x);
        Model.of(x)
                .to(dense(2).named("head").apply(middle), dense(1).named("more").apply(middle))
                .saveWeights(file);
        Tensor y = input();
        Layer loaded = dense(3).named("body");
        Model other = Model.of(y)
                .to(
                        dense(4).named("head").apply(loaded.apply(y)),
                        dense(1).named("own").apply(y));
        String message = assertThrows(
                        WeightMismatchException.class, () -> other.loadWeights(file, LoadOptions.byName()))
                .getMessage();
        assertTrue(message.contains("head/kernel has shape [3, 2], expected [3, 4]"), message);
        LoadedWeights report = other.loadWeights(file, LoadOptions.byName().skippingMismatches());
        assertEquals(List.of("body/kernel", "body/bias"), report.loaded());
        assertEquals(
                Map.of(
                        "head/kernel", "has shape [3, 2], expected [3, 4]",
                        "head/bias", "has shape [2], expected [4]",
                        "more/kernel", "is not a weight of this model",
                        "more/bias", "is not a weight of this model"),
                report.skipped());
        assertEquals(List.of("own/kernel", "own/bias"), report.missing());
        assertArrayEquals(
                body.weights().get(0).values(), loaded.weights().get(0).values());
    }

    @Test
    void loadsAViewsPartOfALargerFile() throws IOException {
        Path file = folder.resolve("weights");
        Model saved = heads(true, true);
        saved.saveWeights(file);
        Tensor x = input();
        Model view = Model.of(x).to(dense(1).named("second").apply(x));
        assertEquals(
                List.of("second/kernel", "second/bias"),
                view.loadWeights(file, LoadOptions.byName()).loaded());
        assertEquals(
                predict(saved)[1],
                view.predict(Dataset.of(1, Column.of(ROWS))).get(0).value());
        Tensor none = input();
        Model stranger = Model.of(none).to(dense(1).named("third").apply(none));
        assertThrows(WeightMismatchException.class, () -> stranger.loadWeights(file, LoadOptions.byName()));
    }

    @Test
    void refusesNamesThatAreTakenOrComeTooLate() {
        Tensor x = input();
        Layer layer = dense(1).named("head");
        layer.apply(x);
        assertThrows(IllegalStateException.class, () -> layer.named("other"));
        assertThrows(
                IllegalArgumentException.class, () -> dense(1).named("head").apply(x));
        assertThrows(IllegalArgumentException.class, () -> dense(1).named("a/b"));
        dense(1).named("dense_1").apply(x);
        Dense numbered = dense(1);
        numbered.apply(x);
        assertEquals("dense_2", numbered.name());
        Layer failing = dense(1).named("later");
        Tensor unknown = x.graph().floats("unknown", -1, -1);
        assertThrows(IllegalArgumentException.class, () -> failing.apply(unknown));
        failing.apply(x);
        assertEquals("later", failing.name());
    }

    @Test
    void refusesVariablesThatWouldBeNeitherTrainedNorSaved() {
        Tensor x = input();
        var own = x.graph().sameDiff().var("own", Nd4j.ones(1, 2));
        Tensor y = dense(1).apply(Tensor.of(x.graph(), x.variable().mul(own), x.shape()));
        Model model = Model.of(x).to(y);
        for (var call : List.<Executable>of(
                () -> model.compile(Loss.meanSquaredError(), new Adam(0.1)),
                () -> model.compile(List.of(LossTerm.mean(y, x)), new Adam(0.1)),
                () -> model.saveWeights(folder.resolve("weights")))) {
            String message = assertThrows(IllegalArgumentException.class, call).getMessage();
            assertTrue(message.contains("\"own\"") && message.contains("weight(…)"), message);
        }
    }

    @Test
    void refusesSettingsThatMeanNoWeight() {
        Tensor x = input();
        Model model = Model.of(x).to(dense(1).apply(x));
        Adam adam = new Adam(0.1).withRateFactors(RateFactors.named("head", 10).times(weight -> 2));
        String message = assertThrows(
                        IllegalArgumentException.class, () -> model.compile(Loss.meanSquaredError(), adam))
                .getMessage();
        assertTrue(message.contains("head") && message.contains("dense_1/kernel"), message);
        assertThrows(IllegalArgumentException.class, () -> x.graph().freeze(dense(1).weights()));
    }

    @Test
    void summarizesWhatIsNoLayer() {
        Tensor x = input();
        Tensor hidden = dense(2).apply(x);
        Weight scale = x.graph().weight("scale", Shape.of(1, 2), Initializer.ones());
        Tensor scaled = Tensor.of(x.graph(), hidden.variable().mul(scale.variable()), hidden.shape());
        String summary = Model.of(x).to(dense(1).apply(scaled.plus(1))).summary();
        for (String part :
                List.of("dense_1 (Dense)", "multiply (SameDiff)", "plus_1 (TensorOperation)", "dense_2 (Dense)")) {
            assertTrue(summary.contains(part), summary);
        }
        assertTrue(
                summary.lines()
                        .anyMatch(line -> line.matches("multiply \\(SameDiff\\) +\\(None, 2\\) +2 +dense_1\\[0]")),
                summary);
    }

    @Test
    void measuresAnyOutputAndEachPartOfALoss() {
        Tensor x = input();
        Tensor left = dense(1, SIGMOID).named("left").apply(x);
        Tensor right = dense(1, SIGMOID).named("right").apply(dropout(0.1).apply(x));
        CompiledModel model = Model.of(x)
                .to(left, right)
                .compile(
                        Loss.binaryCrossEntropy(),
                        new Adam(0.1),
                        Metric.accuracy().on("right"),
                        Metric.auc().on(left),
                        Metric.mean("own", (output, label) -> output[0]));
        Dataset data = Dataset.of(2, Column.of(ROWS))
                .labelled(Column.of(new float[] {1, 0, 1, 0}), Column.of(new float[] {1, 1, 1, 0}));
        List<String> seen = new ArrayList<>();
        History history = model.fit(
                data,
                2,
                data,
                Callback.onEpochEnd(epoch -> seen.addAll(epoch.metrics().keySet())));
        assertTrue(
                seen.containsAll(List.of("loss", "left_loss", "right_loss", "right_accuracy", "left_auc", "own")),
                seen.toString());
        assertEquals(
                history.values("val_loss")[1],
                history.values("val_left_loss")[1] + history.values("val_right_loss")[1],
                1e-9);
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> model.model()
                                .compile(
                                        Loss.binaryCrossEntropy(),
                                        new Adam(0.1),
                                        Metric.auc().on("middle")))
                .getMessage();
        assertTrue(message.contains("[left, right]"), message);
    }

    @Test
    void measuresWithLossesMadeOfTensors() {
        Tensor x = input();
        Tensor wanted = x.graph().floats("wanted", Shape.UNKNOWN, 1);
        Tensor counts = x.graph().floats("counts", Shape.UNKNOWN, 1);
        Tensor p = dense(1, SIGMOID).named("p").apply(x);
        CompiledModel model = Model.of(x, wanted, counts)
                .to(p)
                .compile(
                        List.of(
                                LossTerm.mean(Loss.binaryCrossEntropies(p, wanted), wanted)
                                        .named("main"),
                                LossTerm.mean(p.square(), wanted).times(0.1).named("small")),
                        new Adam(0.1),
                        Metric.accuracy().on(p, wanted, counts));
        float[][] labels = {{1}, {1}, {0}, {0}};
        Dataset data = Dataset.of(4, Column.of(ROWS), Column.of(labels), Column.of(new float[][] {{1}, {0}, {0}, {0}}));
        Evaluation evaluation = model.evaluate(data);
        assertTrue(List.of(0.0, 1.0).contains(evaluation.metric("p_accuracy")));
        assertEquals(evaluation.loss(), evaluation.metric("main_loss") + evaluation.metric("small_loss"), 1e-9);
        assertThrows(
                IllegalArgumentException.class,
                () -> model.model().compile(List.of(LossTerm.mean(p, wanted)), new Adam(0.1), Metric.accuracy()));
    }

    @Test
    void countsSamplesByTheirWeights() {
        Tensor x = input();
        Model model = Model.of(x).to(dense(1).apply(x));
        CompiledModel compiled = model.compile(Loss.meanAbsoluteError(), new Adam(0.1));
        float[] labels = {5, 6, 7, 8};
        Dataset data = Dataset.of(4, Column.of(ROWS)).labelled(Column.of(labels));
        List<Prediction> predictions = model.predict(data);
        float[] weights = {1, 0, 3, 0.5f};
        double sum = 0;
        for (int i = 0; i < 4; i++) {
            sum += weights[i] * Math.abs(predictions.get(i).value() - labels[i]);
        }
        assertEquals(sum / 4, compiled.evaluate(data.weighted(weights)).loss(), 1e-5);
        CompiledModel own = model.compile(List.of(LossTerm.mean(model.outputs().get(0), x)), new Adam(0.1));
        assertThrows(
                IllegalArgumentException.class,
                () -> own.evaluate(Dataset.of(1, Column.of(ROWS)).weighted(1, 1, 2, 1)));
        assertThrows(
                IllegalArgumentException.class, () -> Sample.of(new int[] {1}).weighted(-1));
    }

    @Test
    void padsRaggedRowsOfPlainArrays() {
        Graph graph = new Graph(1);
        graphs.add(graph);
        Tensor ids = graph.ids("ids");
        Model model = Model.of(ids).to(ids.notEqualTo(0).sum(1));
        List<Prediction> counts = model.predict(Dataset.of(3, Column.of(new int[][] {{4, 5}, {6}, {7, 8, 9}})));
        assertEquals(List.of(2f, 1f, 3f), counts.stream().map(Prediction::value).toList());
        assertThrows(
                IllegalArgumentException.class,
                () -> Dataset.of(1, Column.of(ROWS)).labelled(Column.of(new int[] {1})));
    }
}
