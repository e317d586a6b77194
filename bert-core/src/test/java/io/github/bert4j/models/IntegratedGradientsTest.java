package io.github.bert4j.models;

import static io.github.bert4j.layers.Activation.LINEAR;
import static io.github.bert4j.layers.Activation.SOFTMAX;
import static io.github.bert4j.layers.Layers.dense;
import static io.github.bert4j.layers.Layers.lambda;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.bert.BertConfig;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.layers.Dense;
import io.github.bert4j.layers.Embedding;
import io.github.bert4j.models.IntegratedGradients.Attribution;
import io.github.bert4j.tokenize.Vocabulary;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;

class IntegratedGradientsTest {
    private static final int WORDS = 20;
    private static final BertConfig CONFIG = new BertConfig(WORDS, 16, 2, 2, 32, 12, 2, 0.1, 0.1, 0.3, Gelu.ERF);
    private static final int[] IDS = {2, 7, 9, 7, 11, 3};
    private static final int CLASS = 1;

    private final Graph graph = new Graph(3);

    @Test
    void addUpToTheOutputLessTheBaseline() {
        try (graph) {
            Bert bert = bert(graph);
            Model model = model(graph, bert);
            var gradients = IntegratedGradients.of(model, bert.wordEmbeddings());
            Attribution attribution = gradients.attribution(Sample.of(IDS), IntegratedGradientsTest::isText, CLASS);
            double change = attribution.output() - attribution.baseline();
            assertTrue(Math.abs(change) > 0.01, "the baseline says much the same: " + change);
            assertEquals(change, Arrays.stream(attribution.values()).sum(), 0.01 * Math.abs(change));
            assertEquals(0, attribution.missing(), 0.01 * Math.abs(change));
            double coarse = gradients
                    .withSteps(2)
                    .attribution(Sample.of(IDS), IntegratedGradientsTest::isText, CLASS)
                    .missing();
            assertTrue(Math.abs(coarse) > Math.abs(attribution.missing()), coarse + " by 2 steps");
            assertEquals(0, attribution.values()[0]);
            assertEquals(0, attribution.values()[IDS.length - 1]);
        }
    }

    @Test
    void startFromTheModelWithoutTheWordsOfTheText() {
        double baseline;
        double output;
        try (graph) {
            Bert bert = bert(graph);
            Model model = model(graph, bert);
            var attribution = IntegratedGradients.of(model, bert.wordEmbeddings())
                    .attribution(Sample.of(IDS), IntegratedGradientsTest::isText, CLASS);
            baseline = attribution.baseline();
            output = attribution.output();
        }
        try (Graph other = new Graph(3)) {
            Bert bert = bert(other);
            Model model = model(other, bert);
            assertEquals(probability(model), output, 1e-6);
            float[] words = bert.wordEmbeddings().values();
            for (int position = 0; position < IDS.length; position++) {
                if (isText(position)) {
                    Arrays.fill(words, IDS[position] * 16, (IDS[position] + 1) * 16, 0);
                }
            }
            bert.wordEmbeddings().assign(words);
            assertEquals(probability(model), baseline, 1e-6);
        }
    }

    /** Section 3: "for linear models" attributions are the products of weights and inputs. */
    @Test
    void areTheTermsOfALinearModel() {
        try (graph) {
            Tensor ids = graph.ids("ids");
            Embedding embedding = new Embedding(WORDS, 3);
            Tensor sum = lambda((SDVariable x) -> x.sum(1)).apply(embedding.apply(ids));
            Dense dense = dense(2, LINEAR);
            Model model = Model.of(ids).to(dense.apply(sum));
            float[] kernel = {1, -2, 0.5f, 4, -1, 3};
            dense.weights().get(0).assign(kernel);
            float[] words = embedding.weights().get(0).values();
            double[] expected = IntStream.of(IDS)
                    .mapToDouble(id ->
                            words[3 * id] * kernel[1] + words[3 * id + 1] * kernel[3] + words[3 * id + 2] * kernel[5])
                    .toArray();
            double[] values = IntegratedGradients.of(model, embedding.weights().get(0))
                    .withSteps(3)
                    .attribution(Sample.of(IDS), position -> true, 1)
                    .values();
            assertArrayEquals(expected, values, 1e-5);
        }
    }

    @Test
    void doNotDependOnHowManyPlacesAreComputedTogether() {
        try (graph) {
            Bert bert = bert(graph);
            Sample text = Sample.of(IDS);
            var gradients = IntegratedGradients.of(model(graph, bert), bert.wordEmbeddings());
            // 2048 tokens together: 341 places of 6 tokens, so that these are one batch and three.
            double[] one = gradients
                    .withSteps(341)
                    .attribution(text, IntegratedGradientsTest::isText, CLASS)
                    .values();
            double[] three = gradients
                    .withSteps(1023)
                    .attribution(text, IntegratedGradientsTest::isText, CLASS)
                    .values();
            assertArrayEquals(three, one, 1e-4);
        }
    }

    @Test
    void refuseWhatTheyCannotAttribute() {
        try (graph) {
            Bert bert = bert(graph);
            Model model = model(graph, bert);
            var gradients = IntegratedGradients.of(model, bert.wordEmbeddings());
            refused("padding", () -> gradients.attribution(Sample.of(new int[] {2, 0, 3}), position -> true, 0));
            refused("expected one from 0 to 2", () -> gradients.attribution(Sample.of(IDS), position -> true, 3));
            refused("0 steps", () -> gradients.withSteps(0));
            Tensor ids = model.inputs().get(0);
            refused(
                    "expected an output [batch, numbers]",
                    () -> IntegratedGradients.of(Model.of(ids).to(bert.apply(ids)), bert.wordEmbeddings()));
            Tensor others = graph.ids("other_tokens");
            Tensor both = lambda((SDVariable a, SDVariable b) -> a.add(b))
                    .apply(bert.apply(ids).at(0), bert.apply(others).at(0));
            refused(
                    "looked up 2 times",
                    () -> IntegratedGradients.of(Model.of(ids, others).to(both), bert.wordEmbeddings()));
        }
    }

    private static void refused(String reason, Runnable request) {
        String message =
                assertThrows(IllegalArgumentException.class, request::run).getMessage();
        assertTrue(message.contains(reason), message);
    }

    private static boolean isText(int position) {
        return position > 0 && position < IDS.length - 1;
    }

    private static double probability(Model model) {
        return model.predict(List.of(Sample.of(IDS)), 1).get(0).output(0).get(CLASS);
    }

    private static Model model(Graph graph, Bert bert) {
        Tensor ids = graph.ids("ids");
        return Model.of(ids).to(dense(3, SOFTMAX).apply(bert.apply(ids).at(0)));
    }

    private static Bert bert(Graph graph) {
        List<String> words = Stream.concat(
                        Stream.of("[PAD]", "[UNK]", "[CLS]", "[SEP]"),
                        IntStream.range(4, WORDS).mapToObj(i -> "w" + i))
                .toList();
        return Bert.random(graph, CONFIG, Vocabulary.of(words));
    }
}
