package io.github.bert4j.entity;

import static io.github.bert4j.layers.Layers.embedding;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.IntValues;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.text.LabelledSpan;
import io.github.bert4j.text.TokenSpan;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From spans to what a model learns, and from scores to spans. */
class SpanModelTest {
    private static final int[] IDS = {2, 5, 6, 7, 8, 9, 3};
    private static final List<LabelledSpan> SPANS = List.of(span(1, 2, 0), span(3, 4, 1), span(5, 5, 1));

    private final Graph graph = new Graph(1);

    @AfterEach
    void close() {
        graph.close();
    }

    @Test
    void tagsTheFirstTokenOfASpanAndTheOthersOfIt() {
        SpanModel model = model(EntityHead.CRF);
        assertFalse(model.overlaps());
        // O, B and I of the first label, B and I of the second
        IntValues tags = assertInstanceOf(
                IntValues.class, model.sample(IDS, SPANS).inputs().get(1));
        assertArrayEquals(new int[] {0, 1, 2, 3, 4, 3, 0}, tags.values());
    }

    /** While the transitions of the CRF are 0, the best tags are each position's. */
    @Test
    void readsSpansFromTheBestTags() {
        float[] scores = {
            9, 1, 1, 1, 1, // O
            0, 2, 1, 0, 0, // B of the first label
            0, 0, 3, 0, 0, // I
            0, 0, 0, 4, 0, // B of the second
            0, 0, 0, 2, 3, // I
            1, 0, 0, 2, 0, // B again
            5, 0, 0, 0, 4
        };
        assertEquals(SPANS, model(EntityHead.CRF).decode(new FloatValues(scores, 7, 5)));
    }

    @Test
    void listsLabelStartAndEndOfEverySpanAndOneOfNothing() {
        SpanModel model = model(EntityHead.GLOBAL_POINTER);
        assertTrue(model.overlaps());
        IntValues rows = assertInstanceOf(
                IntValues.class, model.sample(IDS, SPANS).labels().get(0));
        assertArrayEquals(new int[] {4, 3}, rows.shape());
        assertArrayEquals(new int[] {0, 1, 2, 1, 3, 4, 1, 5, 5, -1, -1, -1}, rows.values());
    }

    /** What ends before it starts is no span, whatever its score. */
    @Test
    void takesEveryScoreAboveZeroForASpan() {
        float[] scores = {
            0, -1, 1, // first label: 0 to 2
            9, 0.5f, 0, // 1 to 1; not 1 to 0
            9, 9, -1, //
            -1, -1, -1, // second label: only 2 to 2
            -1, -1, -1, //
            -1, -1, 1e-6f
        };
        assertEquals(
                Set.of(span(0, 2, 0), span(1, 1, 0), span(2, 2, 1)),
                Set.copyOf(model(EntityHead.GLOBAL_POINTER).decode(new FloatValues(scores, 2, 3, 3))));
    }

    private SpanModel model(EntityHead head) {
        Tensor tokens = graph.ids("tokens");
        return SpanModel.of(head, tokens, embedding(10, 8).apply(tokens), List.of("x", "y"));
    }

    private static LabelledSpan span(int first, int last, int label) {
        return new LabelledSpan(new TokenSpan(first, last), label);
    }
}
