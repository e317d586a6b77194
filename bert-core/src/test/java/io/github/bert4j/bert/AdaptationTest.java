package io.github.bert4j.bert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.models.Model;
import io.github.bert4j.models.Prediction;
import io.github.bert4j.tokenize.OurTokenizer;
import io.github.bert4j.tokenize.Vocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds what a checkpoint becomes to the checkpoint, and to the formula of the source. */
class AdaptationTest {
    private static final int POSITIONS = 6;
    private static final BertConfig CONFIG = new BertConfig(13, 8, 2, 2, 16, POSITIONS, 2, 0.1, 0.1, 0.5, Gelu.TANH);
    private static final Vocabulary ALL = Vocabulary.of(
            List.of("[PAD]", "[unused1]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "甲", "乙", "丙", "丁", "戊", "己"));

    @TempDir
    Path checkpoint;

    @BeforeEach
    void saveACheckpoint() throws IOException {
        try (Graph graph = new Graph(3)) {
            Bert.random(graph, CONFIG, ALL).save(checkpoint);
        }
    }

    @Test
    void keepsTheSpecialTokensAndThoseOfTheTexts() {
        Vocabulary kept = ALL.keeping(Stream.of("己乙", "乙丑").map(OurTokenizer.cased(ALL)::encode));
        assertEquals(Vocabulary.of(List.of("[PAD]", "[unused1]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "乙", "己")), kept);
    }

    @Test
    void predictsTheSameOfTextsOverTheWordsKept() throws IOException {
        Vocabulary kept = ALL.keeping(Stream.of("己乙丁").map(OurTokenizer.cased(ALL)::encode));
        List<Prediction> before = predict("丁己乙", Adaptation.NONE);
        List<Prediction> after = predict("丁己乙", Adaptation.NONE.withVocabulary(kept));
        assertArrayEquals(
                before.get(0).output(0).values(), after.get(0).output(0).values());
        for (int position = 0; position < 5; position++) {
            for (int word = 0; word < kept.size(); word++) {
                assertEquals(
                        before.get(0)
                                .output(1)
                                .get(position, ALL.id(kept.token(word)).orElseThrow()),
                        after.get(0).output(1).get(position, word),
                        1e-5);
            }
        }
    }

    @Test
    void refusesWordsThatTheCheckpointDoesNotHave() {
        Vocabulary strange = Vocabulary.of(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "庚"));
        String message = assertThrows(
                        IllegalArgumentException.class, () -> predict("甲", Adaptation.NONE.withVocabulary(strange)))
                .getMessage();
        assertTrue(message.contains("does not hold \"庚\""), message);
    }

    /** {@code q[(i-1)n+j] = α u[i] + (1-α) u[j]} with {@code u = (p - α p[1]) / (1-α)}, counted from 1 as in the source. */
    @Test
    void decomposesPositionsBeyondTheCheckpointsByTheFormula() throws IOException {
        float[] p = positions(Adaptation.NONE);
        float[] q = positions(Adaptation.NONE.withPositions(20));
        int width = CONFIG.hiddenSize();
        assertEquals(20 * width, q.length);
        double alpha = 0.4;
        for (int k = 1; k <= 20; k++) {
            int i = (k - 1) / POSITIONS + 1;
            int j = (k - 1) % POSITIONS + 1;
            for (int c = 0; c < width; c++) {
                double first = p[c];
                double coarse = (p[(i - 1) * width + c] - alpha * first) / (1 - alpha);
                double fine = (p[(j - 1) * width + c] - alpha * first) / (1 - alpha);
                double expected = alpha * coarse + (1 - alpha) * fine;
                assertEquals(expected, q[(k - 1) * width + c], 1e-6, "position " + k);
                if (k <= POSITIONS) {
                    assertEquals(p[(k - 1) * width + c], q[(k - 1) * width + c], "position " + k);
                }
            }
        }
    }

    @Test
    void readsLongerTextsWithMorePositionsAndShortOnesAsBefore() throws IOException {
        Adaptation longer = Adaptation.NONE.withPositions(36);
        assertEquals(12, predict("甲乙丙丁戊己甲乙丙丁", longer).get(0).output(0).shape()[0]);
        assertArrayEquals(
                predict("甲乙", Adaptation.NONE).get(0).output(0).values(),
                predict("甲乙", longer).get(0).output(0).values());
    }

    @Test
    void refusesMorePositionsThanTwoLevelsMake() {
        for (int count : new int[] {POSITIONS, 37}) {
            String message = assertThrows(
                            IllegalArgumentException.class, () -> predict("甲", Adaptation.NONE.withPositions(count)))
                    .getMessage();
            assertTrue(message.contains("at most their square, 36"), message);
        }
    }

    private float[] positions(Adaptation adaptation) throws IOException {
        try (Graph graph = new Graph(1)) {
            Bert.load(graph, checkpoint, CONFIG, adaptation);
            return graph.weights().stream()
                    .filter(weight -> weight.name().equals(WeightTable.POSITIONS))
                    .map(Weight::values)
                    .findAny()
                    .orElseThrow();
        }
    }

    private List<Prediction> predict(String text, Adaptation adaptation) throws IOException {
        try (Graph graph = new Graph(1)) {
            Bert bert = Bert.load(graph, checkpoint, CONFIG, adaptation);
            Tensor ids = graph.ids("ids");
            Tensor x = bert.apply(ids);
            return Model.of(ids)
                    .to(x, bert.maskedWordLogits(x))
                    .predict(List.of(Sample.of(bert.tokenizer().encode(text).ids())), 1);
        }
    }
}
