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

import io.github.bert4j.bert.Bert;
import io.github.bert4j.bert.BertConfig;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.IntValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.data.Values;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.layers.Crf;
import io.github.bert4j.tokenize.Vocabulary;
import io.github.bert4j.train.Adam;
import io.github.bert4j.train.AdversarialTraining;
import io.github.bert4j.train.Checkpoints;
import io.github.bert4j.train.GradientAccumulation;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.LossTerm;
import io.github.bert4j.train.NonFiniteException;
import io.github.bert4j.train.OnNonFinite;
import io.github.bert4j.train.Optimizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SDVariable;

class GuardTest {
    private static final int BAD = 9;

    @TempDir
    private Path folder;

    private final Graph graph = new Graph(3);

    @AfterEach
    void close() {
        graph.close();
    }

    /** A loss that is not finite for the row of input 0, or gradients that are not where the loss is. */
    private CompiledModel model(boolean finiteLoss) {
        Tensor x = graph.floats("x", Shape.UNKNOWN, 2);
        Tensor y = dense(1).apply(x);
        Tensor loss = lambda((SDVariable out, SDVariable in) -> finiteLoss
                        ? out.getSameDiff()
                                .math()
                                .sqrt(out.mul(in.sum(1)).mul(0).add(in.sum(1).mul(out.mul(out))))
                        : out.add(out.getSameDiff().math().log(in)).sum(1))
                .apply(y, x);
        return Model.of(x).to(y).compile(List.of(LossTerm.mean(loss, x)), new Adam(0.01));
    }

    private static Dataset dataset() {
        List<Sample> samples = IntStream.range(0, 12)
                .mapToObj(row -> Sample.of(row == BAD ? FloatValues.of(0, 0) : FloatValues.of(1 + row, 2)))
                .toList();
        return Dataset.of(samples, 2, sample -> sample);
    }

    private List<float[]> weights() {
        return graph.weights().stream().map(Weight::values).toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void stopsBeforeAStepThatIsNotFiniteChangesAWeight(boolean finiteLoss) {
        CompiledModel model = model(finiteLoss);
        List<List<float[]>> before = new ArrayList<>(List.of(weights()));
        NonFiniteException stopped = assertThrows(
                NonFiniteException.class,
                () -> model.fit(
                        dataset(),
                        3,
                        Checkpoints.in(folder).everySteps(1),
                        io.github.bert4j.train.Callback.onStepEnd(step -> before.add(weights()))));
        List<float[]> expected = before.get(before.size() - 1);
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), weights().get(i));
        }
        assertEquals(before.size(), stopped.step());
        assertEquals(model.step() + 1, stopped.step());
        assertEquals(1, stopped.epoch());
        assertEquals(0.01, stopped.learningRate());
        assertEquals(2, stopped.rows().length);
        assertTrue(IntStream.of(stopped.rows()).anyMatch(row -> row == BAD), stopped.getMessage());
        assertEquals(
                model.step() == 0 ? null : folder.resolve("step-" + model.step() + ".safetensors"),
                stopped.state().orElse(null));
        String what = finiteLoss ? "The norm of the gradient of dense_1/kernel is" : "The loss is";
        assertTrue(stopped.getMessage().startsWith(what), stopped.getMessage());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void leavesOutStepsThatAreNotFinite(boolean finiteLoss) {
        CompiledModel model = model(finiteLoss).with(OnNonFinite.SKIP);
        History history = model.fit(dataset(), 2);
        assertEquals(10, model.step());
        assertTrue(Arrays.stream(history.values("loss")).allMatch(Double::isFinite));
        weights().forEach(values -> {
            for (float value : values) {
                assertTrue(Float.isFinite(value));
            }
        });
    }

    @Test
    void leavesOutWholeGroupsOfBatches() {
        CompiledModel model = model(false).with(OnNonFinite.SKIP, new GradientAccumulation(3));
        model.fit(dataset(), 2);
        assertEquals(2, model.step());
    }

    @Test
    void stopsWhereEveryStepOfAnEpochIsLeftOut() {
        CompiledModel model = model(false).with(OnNonFinite.SKIP, new GradientAccumulation(6));
        assertThrows(NonFiniteException.class, () -> model.fit(dataset(), 2));
    }

    @Test
    void putsThePerturbedTableBackWhereTheSecondPassIsNotFinite() {
        Tensor ids = graph.ids("ids");
        Tensor x = embedding(5, 2).apply(ids);
        Weight table = graph.weights().iterator().next();
        // Finite where the table is, infinite where it is moved by so much.
        Tensor loss =
                lambda(v -> v.getSameDiff().math().exp(v.mul(v)).mean(1, 2)).apply(x);
        CompiledModel model = Model.of(ids)
                .to(x)
                .compile(List.of(LossTerm.mean(loss, ids)), new Adam(0.1))
                .with(new AdversarialTraining(table, 1e4));
        float[] before = table.values();
        assertThrows(
                NonFiniteException.class,
                () -> model.fit(Dataset.of(List.of(Sample.of(new int[] {1, 2})), 1, s -> s), 1));
        assertArrayEquals(before, table.values());
    }

    @Test
    void refusesIdsThatAreNoneBeforeTraining() {
        Bert bert = Bert.random(
                graph,
                new BertConfig(20, 8, 1, 2, 16, 6, 2, 0, 0, 0.02, Gelu.TANH),
                Vocabulary.of(IntStream.range(0, 20)
                        .mapToObj(i -> i < 4
                                ? List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]").get(i)
                                : "w" + i)
                        .toList()));
        Tensor tokens = graph.ids("tokens");
        Tensor segments = graph.ids("segments");
        Tensor p = dense(3, SOFTMAX).apply(bert.apply(tokens, segments).at(0));
        CompiledModel model =
                Model.of(tokens, segments).to(p).compile(Loss.sparseCategoricalCrossEntropy(), new Adam(0.1));
        Sample good = Sample.of(new int[] {2, 5, 3}, new int[] {0, 0, 1}).labelled(2);
        assertRefused(
                model,
                good,
                Sample.of(new int[] {2, 20, 3}, new int[3]).labelled(0),
                "\"tokens\" has 20 at element 1: expected 0 to 19");
        assertRefused(
                model, good, Sample.of(new int[] {2, 5, -1}, new int[3]).labelled(0), "\"tokens\" has -1 at element 2");
        assertRefused(
                model,
                good,
                Sample.of(new int[] {2, 5, 3}, new int[] {0, 2, 0}).labelled(0),
                "\"segments\" has 2 at element 1: expected 0 to 1");
        assertRefused(
                model, good, Sample.of(new int[7], new int[7]).labelled(0), "\"tokens\" is 7 long: expected at most 6");
        assertRefused(
                model,
                good,
                Sample.of(new int[3], new int[3]).labelled(3),
                "the label \"label_1\" has 3 at element 0: expected at most 2, the model's 3 classes");
        assertRefused(
                model, good, Sample.of(new int[3], new int[3]).labelled(1f), "the label \"label_1\" takes IntValues");
        assertRefused(model, good, Sample.of(new int[3], new int[3]), "has 0 labels, but the model takes 1");
        assertRefused(model, good, Sample.of(new int[3]).labelled(1), "has 1 inputs, but the model takes 2");
        assertRefused(
                model,
                good,
                new Sample(
                        List.<Values>of(new IntValues(new int[4], 2, 2), IntValues.of(0, 0)),
                        List.of(new IntValues(new int[1]))),
                "\"tokens\" takes arrays of shape (None, None)");
        assertEquals(
                "Row 1 of the dataset: the input \"tokens\" has 20 at element 0: expected 0 to 19, the rows of bert/embeddings/word_embeddings",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> model.predict(Dataset.of(
                                        List.of(good, Sample.of(new int[] {20}, new int[1])), 2, s -> s)))
                        .getMessage());
    }

    @Test
    void refusesLabelsThatAreNoneBeforeTraining() {
        Tensor x = graph.floats("x", Shape.UNKNOWN, 2);
        CompiledModel sigmoid =
                Model.of(x).to(dense(1, SIGMOID).apply(x)).compile(Loss.binaryCrossEntropy(), new Adam(0.1));
        Sample good = Sample.of(FloatValues.of(1, 2)).labelled(1f);
        assertRefused(
                sigmoid,
                good,
                Sample.of(FloatValues.of(1, 2)).labelled(Float.NaN),
                "has NaN at element 0: expected a finite number");
        assertRefused(
                sigmoid,
                good,
                Sample.of(FloatValues.of(1, 2)).labelled(2f),
                "has 2 at element 0: expected 0 to 1, probabilities");
        assertRefused(
                sigmoid,
                good,
                Sample.of(FloatValues.of(1, Float.POSITIVE_INFINITY)).labelled(1f),
                "the input \"x\" has Infinity at element 1");
        assertRefused(
                sigmoid, good, Sample.of(FloatValues.of(1, 2, 3)).labelled(1f), "takes arrays of shape (None, 2)");
        CompiledModel squares = Model.of(x).to(dense(1).apply(x)).compile(Loss.meanSquaredError(), new Adam(0.1));
        assertRefused(
                squares,
                Sample.of(FloatValues.of(1, 2)).labelled(7f),
                Sample.of(FloatValues.of(1, 2)).labelled(Float.NEGATIVE_INFINITY),
                "has -Infinity");
        assertThrows(IllegalArgumentException.class, () -> Dataset.of(List.<Sample>of(), 1, s -> s));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Java heap space", "Physical memory usage is too high"})
    void saysWhatToTryWhereMemoryRunsOut(String reason) {
        Tensor ids = graph.ids("ids");
        Tensor p = dense(2, SOFTMAX)
                .apply(lambda(x -> x.mean(1)).apply(embedding(9, 4).apply(ids)));
        Optimizer full = (same, weights) -> (step, gradients) -> {
            throw new OutOfMemoryError(reason);
        };
        CompiledModel model = Model.of(ids).to(p).compile(Loss.sparseCategoricalCrossEntropy(), full);
        List<Sample> samples = List.of(
                Sample.of(new int[] {1, 2}).labelled(0),
                Sample.of(new int[] {1, 2, 3}).labelled(1));
        String message = assertThrows(OutOfMemoryError.class, () -> model.fit(Dataset.of(samples, 2, s -> s), 1))
                .getMessage();
        assertTrue(message.startsWith("Out of memory in a step of 2 samples of up to 3 elements (" + reason), message);
        String advice = reason.contains("heap") ? "The Java heap is full" : "By estimate";
        assertTrue(message.contains(advice) && message.contains("-Xmx"), message);
        assertTrue(message.contains("maxphysicalbytes") && message.contains("maxbytes"), message);
    }

    /** The embeddings would take 256 GiB, which is refused before anything is allocated. */
    @Test
    void saysWhatToTryWhereABatchIsTooLargeToPredict() {
        Tensor ids = graph.ids("ids");
        Tensor p = lambda(x -> x.mean(1)).apply(embedding(9, 1 << 14).apply(ids));
        CompiledModel model = Model.of(ids)
                .to(dense(2, SOFTMAX).apply(p))
                .compile(Loss.sparseCategoricalCrossEntropy(), new Adam(0.1));
        Sample huge = Sample.of(new int[1 << 20]).labelled(0);
        Dataset dataset = Dataset.of(List.of(huge, huge, huge, huge), 4, sample -> sample);
        for (Executable use : List.<Executable>of(() -> model.evaluate(dataset), () -> model.predict(dataset))) {
            String message = assertThrows(OutOfMemoryError.class, use).getMessage();
            assertTrue(
                    message.startsWith("Out of memory with a batch of 4 samples of up to 1048576 elements ("), message);
            assertTrue(message.contains("Try batches of 2, or samples of at most 524288. The limits are"), message);
        }
    }

    /** 100 MiB are left for 200 MiB of activations, so half of the length fits. */
    @Test
    void estimatesALengthThatFits() {
        long mebibyte = 1 << 20;
        MemoryEstimate estimate = new MemoryEstimate(
                8, 50 * mebibyte, 20 * mebibyte, 30 * mebibyte, 0, 200 * mebibyte, 200 * mebibyte, 4);
        assertEquals(256, estimate.fittingLength(512));
        assertEquals(0, new MemoryEstimate(8, 50 * mebibyte, 0, 0, 0, mebibyte, 40 * mebibyte, 0).fittingLength(512));
    }

    @Test
    void refusesTagsThatAreNone() {
        Tensor emissions = graph.floats("emissions", Shape.UNKNOWN, Shape.UNKNOWN, 3);
        Tensor tags = graph.ids("tags");
        Tensor mask = graph.floats("mask", Shape.UNKNOWN, Shape.UNKNOWN);
        Tensor losses = new Crf().apply(emissions, tags, mask);
        CompiledModel model = Model.of(emissions, tags, mask)
                .to(losses)
                .compile(List.of(LossTerm.perSample(losses, tags)), new Adam(0.1));
        Sample good = Sample.of(new FloatValues(new float[6], 2, 3), IntValues.of(0, 2), FloatValues.of(1, 1));
        Sample bad = Sample.of(new FloatValues(new float[6], 2, 3), IntValues.of(0, 3), FloatValues.of(1, 1));
        assertRefused(model, good, bad, "\"tags\" has 3 at element 1: expected at most 2");
    }

    /** In fit, evaluate and predict, with the row; before that row's turn, and with all weights as they were. */
    private void assertRefused(CompiledModel model, Sample good, Sample bad, String expected) {
        List<Sample> samples = new ArrayList<>(java.util.Collections.nCopies(9, good));
        samples.add(bad);
        Dataset dataset = Dataset.of(samples, 1, sample -> sample);
        List<float[]> before = weights();
        for (Executable use : List.<Executable>of(() -> model.fit(dataset, 1), () -> model.evaluate(dataset))) {
            String message = assertThrows(IllegalArgumentException.class, use).getMessage();
            assertTrue(message.startsWith("Row 9 of the dataset") && message.contains(expected), message);
        }
        for (int i = 0; i < before.size(); i++) {
            assertArrayEquals(before.get(i), weights().get(i));
        }
        assertEquals(0, model.step());
    }
}
