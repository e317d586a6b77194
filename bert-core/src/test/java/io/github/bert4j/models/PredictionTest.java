package io.github.bert4j.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.layers.Layers;
import java.util.List;
import org.junit.jupiter.api.Test;

class PredictionTest {
    @Test
    void cutsPaddingOffSequencesButNeverOffVectorsThatHappenToBeAsLong() {
        try (var graph = new Graph(1)) {
            var tokens = graph.ids("tokens");
            var sequence = Layers.embedding(10, 3).apply(tokens);
            var model = Model.of(tokens).to(sequence, sequence.at(0));
            List<Prediction> predictions =
                    model.predict(List.of(Sample.of(new int[] {1, 2, 3}), Sample.of(new int[] {4})), 2);
            assertArrayEquals(new int[] {3, 3}, predictions.get(0).output(0).shape());
            assertArrayEquals(new int[] {1, 3}, predictions.get(1).output(0).shape());
            assertArrayEquals(new int[] {3}, predictions.get(1).output(1).shape());
        }
    }
}
