package io.github.bert4j.answer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.bert.BertConfig;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.models.Prediction;
import io.github.bert4j.tokenize.Vocabulary;
import io.github.bert4j.train.Adam;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AnswerModelTest {
    private static final Vocabulary VOCABULARY =
            Vocabulary.of(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "一", "二", "三", "四"));
    private static final BertConfig CONFIG = new BertConfig(8, 8, 1, 2, 16, 16, 2, 0, 0, 0.02, Gelu.TANH);
    /** [CLS] 一 [SEP] 二 三 四 [SEP], answered by 三 四; [CLS] 二 二 [SEP] 三 [SEP], not answered. */
    private static final List<Sample> BATCH = List.of(
            Sample.of(new int[] {2, 4, 3, 5, 6, 7, 3}, new int[] {0, 0, 0, 1, 1, 1, 1}, new int[] {4}, new int[] {5}),
            Sample.of(new int[] {2, 5, 5, 3, 6, 3}, new int[] {0, 0, 0, 0, 1, 1}, new int[] {0}, new int[] {0}));

    private static final List<Set<Integer>> ALLOWED = List.of(Set.of(0, 3, 4, 5), Set.of(0, 4));
    private static final int[][] ANSWERS = {{4, 5}, {0, 0}};

    /** Cross-entropies in doubles, over [CLS] and the passage alone. */
    @Test
    void computesTheLossOverThePassageAndTheClassificationToken() {
        try (Graph graph = new Graph(7)) {
            AnswerModel network = new AnswerModel(graph, Bert.random(graph, CONFIG, VOCABULARY));
            var compiled = network.compile(new Adam(0));
            graph.weights().stream()
                    .filter(weight -> weight.name().startsWith("dense_"))
                    .forEach(weight -> weight.assign(new float[] {1, -2, 3, 1, -1, 2, 0, 1}));
            List<Prediction> logits = network.model()
                    .predict(
                            BATCH.stream()
                                    .map(sample -> new Sample(sample.inputs().subList(0, 2), List.of()))
                                    .toList(),
                            2);
            double expected = 0;
            for (int sample = 0; sample < 2; sample++) {
                for (int output = 0; output < 2; output++) {
                    var said = logits.get(sample).output(output);
                    double sum = 0;
                    for (int token = 0; token < said.shape()[0]; token++) {
                        boolean allowed = ALLOWED.get(sample).contains(token);
                        assertEquals(allowed, said.get(token) > -1e6, sample + ", " + token);
                        sum += allowed ? Math.exp(said.get(token)) : 0;
                    }
                    expected += (Math.log(sum) - said.get(ANSWERS[sample][output])) / 2;
                }
            }
            assertTrue(expected > 0.1, "loss " + expected);
            for (int batchSize : new int[] {1, 2}) {
                var dataset = Dataset.of(BATCH, batchSize, sample -> sample);
                assertEquals(expected, compiled.evaluate(dataset).loss(), 1e-5);
            }
        }
    }
}
