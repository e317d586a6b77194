package io.github.bert4j.bert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.models.Model;
import io.github.bert4j.tokenize.Vocabulary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds how layers attend to softmax(QKᵀ/√d) in doubles, of the layers' weights and inputs. */
class AttentionsTest {
    private static final int WIDTH = 12;
    private static final int HEADS = 3;
    private static final int SIZE = WIDTH / HEADS;
    private static final BertConfig CONFIG = new BertConfig(20, WIDTH, 2, HEADS, 16, 8, 2, 0.1, 0.1, 0.5, Gelu.TANH);

    /** A longer one, and one that is padded and has an id 0 in its middle. */
    private static final int[][] IDS = {{2, 7, 9, 7, 8, 3}, {2, 0, 5, 3}};

    private static final int LENGTH = IDS[0].length;

    @Test
    void attendAsTheFormulaSays() {
        try (Graph graph = new Graph(8)) {
            Bert bert = Bert.random(graph, CONFIG, vocabulary());
            Tensor tokens = graph.ids("tokens");
            Tensor segments = graph.ids("segments");
            List<Tensor> attentions = bert.attentions(tokens, segments);
            assertEquals(2, attentions.size());
            List<Tensor> outputs = new ArrayList<>(attentions);
            outputs.addAll(bert.hiddenStates(tokens, segments));
            Map<String, float[]> weights =
                    bert.weights().stream().collect(Collectors.toMap(Weight::name, Weight::values));
            var predictions = Model.of(tokens, segments)
                    .to(outputs.toArray(Tensor[]::new))
                    .predict(
                            Stream.of(IDS)
                                    .map(ids -> Sample.of(ids, new int[ids.length]))
                                    .toList(),
                            2);
            for (int text = 0; text < IDS.length; text++) {
                for (int layer = 0; layer < attentions.size(); layer++) {
                    FloatValues found = predictions.get(text).output(layer);
                    FloatValues input = predictions.get(text).output(attentions.size() + layer);
                    assertArrayEquals(new int[] {HEADS, LENGTH, LENGTH}, found.shape());
                    for (int head = 0; head < HEADS; head++) {
                        assertAttends(IDS[text], input, weights, layer, head, found);
                    }
                }
            }
        }
    }

    private static void assertAttends(
            int[] ids, FloatValues x, Map<String, float[]> weights, int layer, int head, FloatValues found) {
        String prefix = "bert/encoder/layer_" + layer + "/attention/self/";
        Function<String, double[][]> project = name -> {
            double[][] rows = new double[ids.length][SIZE];
            for (int t = 0; t < ids.length; t++) {
                for (int j = 0; j < SIZE; j++) {
                    int column = head * SIZE + j;
                    rows[t][j] = weights.get(prefix + name + "/bias")[column];
                    for (int i = 0; i < WIDTH; i++) {
                        rows[t][j] += x.get(t, i) * weights.get(prefix + name + "/kernel")[i * WIDTH + column];
                    }
                }
            }
            return rows;
        };
        double[][] query = project.apply("query");
        double[][] key = project.apply("key");
        for (int i = 0; i < LENGTH; i++) {
            double[] expected = new double[LENGTH];
            double sum = 0;
            for (int j = 0; j < ids.length && i < ids.length; j++) {
                if (ids[i] != 0 && ids[j] != 0) {
                    double score = 0;
                    for (int k = 0; k < SIZE; k++) {
                        score += query[i][k] * key[j][k];
                    }
                    expected[j] = Math.exp(score / Math.sqrt(SIZE));
                    sum += expected[j];
                }
            }
            double total = 0;
            for (int j = 0; j < LENGTH; j++) {
                double probability = found.get(head, i, j);
                assertEquals(sum == 0 ? 0 : expected[j] / sum, probability, 1e-5, head + ": " + i + " to " + j);
                total += probability;
            }
            assertEquals(sum == 0 ? 0 : 1, total, 1e-5);
        }
    }

    private static Vocabulary vocabulary() {
        return Vocabulary.of(Stream.concat(
                        Stream.of("[PAD]", "[UNK]", "[CLS]", "[SEP]"),
                        IntStream.range(4, 20).mapToObj(i -> "w" + i))
                .toList());
    }
}
