package io.github.bert4j.bert;

import static io.github.bert4j.layers.Activation.SIGMOID;
import static io.github.bert4j.layers.Layers.dense;
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
import io.github.bert4j.tokenize.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BertTest {
    private static final BertConfig SMALL = new BertConfig(20, 8, 2, 2, 16, 12, 2, 0.1, 0.1, 0.02, Gelu.TANH);

    @TempDir
    Path folder;

    @Test
    void refusesASecondBertInAGraph() throws IOException {
        try (Graph graph = new Graph(1)) {
            Bert.random(graph, SMALL, vocabulary());
            String message = assertThrows(IllegalArgumentException.class, () -> Bert.random(graph, SMALL, vocabulary()))
                    .getMessage();
            assertTrue(message.contains("already holds a BERT"), message);
        }
    }

    /** {@code exclude_from_weight_decay} in {@code optimization.py} of google-research/bert. */
    @Test
    void decaysWhatTheOriginalDecays() throws IOException {
        try (Graph graph = new Graph(1)) {
            Bert.random(graph, SMALL, vocabulary());
            for (Weight weight : graph.weights()) {
                boolean excluded = Pattern.compile("LayerNorm|layer_norm|bias")
                        .matcher(weight.name())
                        .find();
                assertEquals(excluded, weight.role() != Weight.Role.KERNEL, weight.name());
            }
        }
    }

    @Test
    void sharesItsWeightsBetweenTwoInputs() throws IOException {
        try (Graph graph = new Graph(1)) {
            Bert bert = Bert.random(graph, SMALL, vocabulary());
            Tensor first = graph.ids("first");
            Tensor second = graph.ids("second");
            Model model = Model.of(first, second).to(bert.apply(first), bert.apply(second));
            Prediction prediction = model.predict(List.of(Sample.of(new int[] {3, 4}, new int[] {3, 4})), 1)
                    .get(0);
            assertEquals(prediction.output(0), prediction.output(1));
            assertEquals(bert.weights(), model.weights());
        }
    }

    @Test
    void readsATextOfNothingButPaddingBesideOthers() throws IOException {
        try (Graph graph = new Graph(1)) {
            Tensor ids = graph.ids("ids");
            Bert bert = Bert.random(graph, SMALL, vocabulary());
            Model model =
                    Model.of(ids).to(dense(1, SIGMOID).apply(bert.apply(ids).at(0)));
            Sample text = Sample.of(new int[] {3, 4, 0, 5});
            List<Prediction> predictions =
                    model.predict(List.of(Sample.of(new int[0]), text, Sample.of(new int[] {0, 0})), 4);
            // The vector at padding is 0, and so is the dense layer's new bias.
            assertEquals(0.5f, predictions.get(0).value());
            assertEquals(0.5f, predictions.get(2).value());
            assertEquals(
                    model.predict(List.of(text), 1).get(0).value(),
                    predictions.get(1).value(),
                    1e-6);
        }
    }

    /** Inside, the batch has no padding; this holds it to a batch that needs none. */
    @Test
    void readsATextInABatchOfLongerOnesAsItDoesAlone() throws IOException {
        BertConfig wide = new BertConfig(20, 64, 3, 4, 128, 40, 2, 0.1, 0.1, 0.2, Gelu.TANH);
        try (Graph graph = new Graph(1)) {
            Tensor ids = graph.ids("ids");
            Model model =
                    Model.of(ids).to(Bert.random(graph, wide, vocabulary()).apply(ids));
            List<Sample> texts = Stream.of(3, 40, 1, 17, 17, 29)
                    .map(length ->
                            Sample.of(new Random(length).ints(length, 1, 20).toArray()))
                    .toList();
            List<Prediction> together = model.predict(texts, texts.size());
            for (int i = 0; i < texts.size(); i++) {
                float[] alone = model.predict(texts.subList(i, i + 1), 1)
                        .get(0)
                        .output(0)
                        .values();
                assertArrayEquals(alone, together.get(i).output(0).values(), 1e-5f, "text " + i);
            }
        }
    }

    @Test
    void computesWithTheEpsilonOfTheFile() throws IOException {
        Path file = folder.resolve(BertConfig.FILE_NAME);
        SMALL.save(file);
        String json = Files.readString(file);
        Files.writeString(file, json.replaceFirst("\\{", "{\"layer_norm_eps\": 1e-12,"));
        assertEquals(SMALL, BertConfig.load(file));
        Files.writeString(file, json.replaceFirst("\\{", "{\"layer_norm_eps\": 1e-5,"));
        assertEquals(1e-5f, BertConfig.load(file).design().epsilon());
    }

    private Vocabulary vocabulary() throws IOException {
        Path file = folder.resolve("vocab.txt");
        Files.write(file, List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
        return Vocabulary.load(file);
    }
}
