package io.github.bert4j.bert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.checkpoint.NamedTensor;
import io.github.bert4j.checkpoint.TensorFlowCheckpointWriter;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.ops.Gelu;
import io.github.bert4j.tokenize.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loads checkpoints that a test has written, whole and in part. */
class BertLoadTest {
    private static final BertConfig CONFIG = new BertConfig(7, 4, 1, 2, 6, 5, 2, 0.1, 0.1, 0.02, Gelu.TANH);

    @TempDir
    Path folder;

    private record Stored(List<Long> shape, float... values) {}

    /** What the checkpoint will hold. */
    private final Map<String, Stored> tensors = new TreeMap<>();

    /** What was put into it at first. */
    private final Map<String, float[]> values = new TreeMap<>();

    @BeforeEach
    void fillACheckpoint() throws IOException {
        CONFIG.save(folder.resolve(BertConfig.FILE_NAME));
        vocabulary().save(folder.resolve("vocab.txt"));
        try (Graph graph = new Graph(5)) {
            Bert.random(graph, CONFIG, vocabulary());
            for (Weight weight : graph.weights()) {
                values.put(weight.name(), weight.values());
                put(weight.name(), weight.shape().sizes(), weight.values());
            }
        }
    }

    @Test
    void readsEveryWeight() throws IOException {
        assertLoads("");
    }

    @Test
    void findsTheWeightsBehindAPrefix() throws IOException {
        assertLoads("module/");
    }

    @Test
    void passesOverTheStateOfTraining() throws IOException {
        put("global_step", List.of(), 1);
        put("bert/pooler/dense/bias/adam_m", List.of(4L), 1, 2, 3, 4);
        assertLoads("");
    }

    @Test
    void doesWithoutThePoolerAndTheHeadsOfPretraining() throws IOException {
        tensors.keySet().removeIf(name -> name.startsWith("cls/") || name.startsWith("bert/pooler/"));
        write("");
        try (Graph graph = new Graph(1)) {
            Bert bert = Bert.load(graph, folder);
            assertFalse(bert.hasPooler() || bert.hasMaskedWords() || bert.hasNextSentence());
            Tensor x = bert.apply(graph.ids("tokens"));
            String message = assertThrows(IllegalStateException.class, () -> bert.pool(x))
                    .getMessage();
            assertTrue(message.contains("no pooler") && message.contains("bert/pooler/dense/kernel"), message);
        }
    }

    @Test
    void listsEverythingThatDoesNotFitInOneError() throws IOException {
        tensors.remove("bert/encoder/layer_0/output/dense/bias");
        tensors.remove("bert/pooler/dense/bias");
        put("bert/embeddings/LayerNorm/gamma", List.of(5L), 1, 2, 3, 4, 5);
        put("classifier/kernel", List.of(1L), 1);
        write("");
        try (Graph graph = new Graph(1)) {
            String message = assertThrows(CheckpointMismatchException.class, () -> Bert.load(graph, folder))
                    .getMessage();
            assertTrue(message.contains("Missing (2)"), message);
            assertTrue(message.contains("bert/encoder/layer_0/output/dense/bias [4]"), message);
            assertTrue(message.contains("bert/pooler/dense/bias [4]"), message);
            assertTrue(
                    message.contains("bert/embeddings/LayerNorm/gamma: expected float [4], found float32 [5]"),
                    message);
            assertTrue(message.contains("Not used by this model (1):\n  classifier/kernel"), message);
            assertTrue(graph.weights().isEmpty());
        }
    }

    @Test
    void refusesAVocabularyThatIsLargerThanTheEmbeddings() throws IOException {
        List<String> words = new ArrayList<>(Files.readAllLines(folder.resolve("vocab.txt")));
        words.addAll(List.of("甲", "乙", "丙"));
        Files.write(folder.resolve("vocab.txt"), words);
        write("");
        try (Graph graph = new Graph(1)) {
            String message = assertThrows(IOException.class, () -> Bert.load(graph, folder))
                    .getMessage();
            assertTrue(message.contains("vocab.txt has 8 lines, but the model has embeddings for 7"), message);
        }
    }

    @Test
    void namesTheFieldThatAConfigurationLacks() throws IOException {
        Path file = folder.resolve(BertConfig.FILE_NAME);
        Files.writeString(file, Files.readString(file).replace("\"hidden_size\"", "\"hidden\""));
        String message =
                assertThrows(IOException.class, () -> BertConfig.load(file)).getMessage();
        assertTrue(message.contains(file + ": field hidden_size is missing, expected a whole number"), message);
    }

    private void assertLoads(String prefix) throws IOException {
        write(prefix);
        try (Graph graph = new Graph(1)) {
            Bert bert = Bert.load(graph, folder);
            assertEquals(CONFIG, bert.config());
            assertEquals(values.size(), graph.weights().size());
            for (Weight weight : graph.weights()) {
                assertArrayEquals(values.get(weight.name()), weight.values(), weight.name());
            }
        }
    }

    private void put(String name, List<Long> shape, float... numbers) {
        tensors.put(name, new Stored(shape, numbers));
    }

    private void write(String prefix) throws IOException {
        List<NamedTensor> named = new ArrayList<>();
        tensors.forEach(
                (name, stored) -> named.add(NamedTensor.ofFloats(prefix + name, stored.shape(), stored.values())));
        TensorFlowCheckpointWriter.write(folder.resolve("bert_model.ckpt"), named);
    }

    private static Vocabulary vocabulary() {
        return Vocabulary.of(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    }
}
