package io.github.bert4j.models;

import static io.github.bert4j.layers.Layers.dense;
import static io.github.bert4j.layers.Layers.embedding;
import static io.github.bert4j.layers.Layers.globalPointer;
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
import io.github.bert4j.layers.Crf;
import io.github.bert4j.train.Adam;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.LossTerm;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

/** The layers for tags and spans, from samples of different lengths to decoded answers. */
class SequenceLabellingTest {

    /** All tokens are the same, so only starts, transitions and ends can tell which tag comes where. */
    @Test
    void aCrfLearnsWhatTagsFollowEachOther() {
        try (Graph graph = new Graph(42)) {
            Tensor tokens = graph.ids("tokens");
            Tensor tags = graph.ints("tags", Shape.UNKNOWN, Shape.UNKNOWN);
            Tensor mask = mask(tokens);
            Tensor emissions = dense(3).apply(embedding(2, 4).apply(tokens));
            Crf crf = new Crf(10);
            Tensor losses = crf.apply(emissions, tags, mask);
            List<Sample> samples = List.of(
                    Sample.of(new int[] {1, 1, 1, 1, 1}, new int[] {2, 0, 1, 2, 0}),
                    Sample.of(new int[] {1, 1}, new int[] {2, 0}));
            Model.of(tokens, tags)
                    .to(losses)
                    .compile(List.of(LossTerm.perSample(losses, tokens)), new Adam(0.02))
                    .fit(Dataset.of(samples, 2, sample -> sample), 60);
            List<Prediction> found = Model.of(tokens)
                    .to(emissions)
                    .predict(List.of(Sample.of(new int[] {1, 1, 1, 1, 1, 1, 1, 1}), Sample.of(new int[] {1, 1})), 2);
            assertArrayEquals(
                    new int[] {2, 0, 1, 2, 0, 1, 2, 0},
                    crf.decode(found.get(0).output(0).values()));
            assertArrayEquals(
                    new int[] {2, 0}, crf.decode(found.get(1).output(0).values()));
        }
    }

    @Test
    void aCrfsScoresAreItsWeightsTimesTheBoost() {
        try (Graph graph = new Graph(42)) {
            Tensor emissions = graph.floats("emissions", -1, -1, 2);
            Tensor tags = graph.ints("tags", -1, -1);
            Tensor mask = graph.floats("mask", -1, -1);
            Crf crf = new Crf(100);
            Tensor losses = crf.apply(emissions, tags, mask);
            List<Weight> weights = crf.weights();
            assertEquals(
                    List.of("crf_1/transitions", "crf_1/starts", "crf_1/ends"),
                    weights.stream().map(Weight::name).toList());
            weights.get(1).assign(new float[] {0.02f, 0});
            weights.get(2).assign(new float[] {0, 0.01f});
            Sample sample =
                    Sample.of(new FloatValues(new float[] {0, 0.5f}, 1, 2)).with(IntValues.of(0), FloatValues.of(1));
            Prediction prediction = Model.of(emissions, tags, mask)
                    .to(losses)
                    .predict(List.of(sample), 1)
                    .get(0);
            // Tag 0 scores 0 + 2, tag 1 scores 0.5 + 1.
            assertEquals(Math.log1p(Math.exp(-0.5)), prediction.value(), 1e-6);
            assertArrayEquals(new int[] {0}, crf.decode(new float[] {0, 0.5f}));
            assertArrayEquals(new int[] {1}, crf.decode(new float[] {0, 1.5f}));
            assertArrayEquals(new int[0], crf.decode(new float[0]));
        }
    }

    @Test
    void aCrfDecodesNothingBeforeItHasWeights() {
        String message = assertThrows(IllegalStateException.class, () -> new Crf().decode(new float[3]))
                .getMessage();
        assertTrue(message.contains("before it is applied"), message);
    }

    /** Spans of label 0 are from each 2 to the next 3, those of label 1 each 4; they may lie within each other. */
    @Test
    void aGlobalPointerLearnsSpansWithinSpans() {
        try (Graph graph = new Graph(42)) {
            Tensor tokens = graph.ids("tokens");
            Tensor scores = globalPointer(2).apply(embedding(6, 16).apply(tokens), mask(tokens));
            assertEquals(Shape.of(-1, 2, -1, -1), scores.shape());
            List<Sample> samples = List.of(
                    Sample.of(new int[] {2, 4, 3, 5, 4, 4, 1}).labelled(spans(0, 0, 2, 1, 1, 1, 1, 4, 4, 1, 5, 5)),
                    Sample.of(new int[] {1, 2, 1, 3}).labelled(spans(0, 1, 3)),
                    Sample.of(new int[] {5, 1, 1}).labelled(spans(-1, -1, -1)),
                    Sample.of(new int[] {4, 5, 2, 5, 3}).labelled(spans(0, 2, 4, 1, 0, 0)));
            Model model = Model.of(tokens).to(scores);
            model.compile(Loss.spanCrossEntropy(), new Adam(0.01)).fit(Dataset.of(samples, 4, sample -> sample), 60);
            List<Prediction> found = model.predict(samples, 4);
            for (int i = 0; i < samples.size(); i++) {
                IntValues gold = (IntValues) samples.get(i).labels().get(0);
                List<Integer> above = new ArrayList<>();
                FloatValues output = found.get(i).output(0);
                for (int label = 0; label < 2; label++) {
                    for (int start = 0; start < output.shape()[1]; start++) {
                        for (int end = 0; end < output.shape()[2]; end++) {
                            if (output.get(label, start, end) > 0) {
                                above.addAll(List.of(label, start, end));
                            }
                        }
                    }
                }
                List<Integer> expected = IntStream.of(gold.values())
                        .filter(number -> number >= 0)
                        .boxed()
                        .toList();
                assertEquals(expected, above, "sample " + i);
            }
        }
    }

    private static IntValues spans(int... values) {
        return new IntValues(values, values.length / 3, 3);
    }

    private static Tensor mask(Tensor tokens) {
        return lambda(ids -> ids.gt(0).castTo(DataType.FLOAT)).apply(tokens);
    }
}
