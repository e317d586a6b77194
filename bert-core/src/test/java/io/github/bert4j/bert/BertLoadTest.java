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
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.tokenize.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
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
                    message.contains("bert/embeddings/LayerNorm/gamma: expected float32 [4], found float32 [5]"),
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
            assertTrue(message.contains("vocab.txt has 8 tokens, but the model has embeddings for 7"), message);
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

    /** By RFC 4627, section 3, zeros at the start tell UTF-32. */
    @Test
    void namesAConfigurationThatIsNotEvenText() throws IOException {
        Path file = folder.resolve(BertConfig.FILE_NAME);
        for (byte[] bytes :
                List.of(new byte[] {0, 0, 0, '{', 0, 0x7f, 0, 0}, new byte[] {0, 0, '{', 0, 0, 0, '}', 0})) {
            Files.write(file, bytes);
            String message =
                    assertThrows(IOException.class, () -> BertConfig.load(file)).getMessage();
            assertTrue(message.startsWith(file + " is not JSON"), message);
        }
    }

    /** {@code albert_config.json} of google-research/albert's Chinese base model, but for the sizes. */
    @Test
    void readsGooglesAlbert() throws IOException {
        Files.delete(folder.resolve(BertConfig.FILE_NAME));
        Files.move(folder.resolve("vocab.txt"), folder.resolve("vocab_chinese.txt"));
        Path file = Files.writeString(folder.resolve(BertConfig.ALBERT_FILE_NAME), """
                {"attention_probs_dropout_prob": 0, "hidden_act": "relu", "hidden_dropout_prob": 0, "embedding_size": 3,
                 "hidden_size": 4, "initializer_range": 0.02, "intermediate_size": 6, "max_position_embeddings": 5,
                 "num_attention_heads": 2, "num_hidden_layers": 3, "num_hidden_groups": 1, "net_structure_type": 0,
                 "layers_to_keep": [], "gap_size": 0, "num_memory_blocks": 0, "inner_group_num": 1,
                 "down_scale_factor": 1, "type_vocab_size": 2, "vocab_size": 7}
                """);
        fillAnAlbert();
        write("");
        try (Graph graph = new Graph(1)) {
            Bert bert = Bert.load(graph, folder);
            assertEquals(tensors.keySet(), new TreeSet<>(names(graph)));
            assertTrue(bert.hasPooler() && bert.hasMaskedWords() && bert.hasNextSentence());
            assertEquals(BertConfig.Architecture.ALBERT, bert.config().architecture());
            assertEquals(BertConfig.HiddenActivation.RELU, bert.config().hiddenActivation());
            bert.save(folder.resolve("saved"));
            assertEquals(bert.config(), BertConfig.of(folder.resolve("saved")));
        }
        Files.writeString(file, Files.readString(file).replace("\"num_hidden_groups\": 1", "\"num_hidden_groups\": 2"));
        String message =
                assertThrows(IOException.class, () -> BertConfig.of(folder)).getMessage();
        assertTrue(message.contains("num_hidden_groups is 2, expected 1"), message);
    }

    /** The variables that google-research/albert's modeling.py and run_pretraining.py create. */
    private void fillAnAlbert() {
        tensors.clear();
        put("bert/embeddings/word_embeddings", List.of(7L, 3L), new float[21]);
        put("bert/embeddings/token_type_embeddings", List.of(2L, 3L), new float[6]);
        put("bert/embeddings/position_embeddings", List.of(5L, 3L), new float[15]);
        putVectors("bert/embeddings/LayerNorm", 3, "gamma", "beta");
        putDense("bert/encoder/embedding_hidden_mapping_in", 3, 4);
        String group = "bert/encoder/transformer/group_0/inner_group_0/";
        putDense(group + "attention_1/self/query", 4, 4);
        putDense(group + "attention_1/self/key", 4, 4);
        putDense(group + "attention_1/self/value", 4, 4);
        putDense(group + "attention_1/output/dense", 4, 4);
        putVectors(group + "LayerNorm", 4, "gamma", "beta");
        putDense(group + "ffn_1/intermediate/dense", 4, 6);
        putDense(group + "ffn_1/intermediate/output/dense", 6, 4);
        putVectors(group + "LayerNorm_1", 4, "gamma", "beta");
        putDense("bert/pooler/dense", 4, 4);
        putDense("cls/predictions/transform/dense", 4, 3);
        putVectors("cls/predictions/transform/LayerNorm", 3, "gamma", "beta");
        putVectors("cls/predictions", 7, "output_bias");
        put("cls/seq_relationship/output_weights", List.of(2L, 4L), new float[8]);
        putVectors("cls/seq_relationship", 2, "output_bias");
    }

    private void putDense(String name, int in, int out) {
        put(name + "/kernel", List.of((long) in, (long) out), new float[in * out]);
        putVectors(name, out, "bias");
    }

    private void putVectors(String name, int size, String... suffixes) {
        for (String suffix : suffixes) {
            put(name + "/" + suffix, List.of((long) size), new float[size]);
        }
    }

    private static List<String> names(Graph graph) {
        return graph.weights().stream().map(Weight::name).toList();
    }

    @Test
    void savesWhatItLoads() throws IOException {
        write("module/");
        Path saved = folder.resolve("saved");
        try (Graph graph = new Graph(1)) {
            Bert.load(graph, folder).save(saved);
        }
        assertHoldsEverything(saved);
    }

    @Test
    void savesWhichGeluIsMeant() throws IOException {
        write("");
        for (Gelu gelu : Gelu.values()) {
            Path saved = folder.resolve("saved-" + gelu);
            try (Graph graph = new Graph(1)) {
                Bert.load(graph, folder, gelu).save(saved);
            }
            assertEquals(gelu, BertConfig.of(saved).gelu());
        }
        Path file = folder.resolve("saved-ERF").resolve(BertConfig.FILE_NAME);
        Files.writeString(file, Files.readString(file).replace("\"erf\"", "\"relu\""));
        String message =
                assertThrows(IOException.class, () -> BertConfig.load(file)).getMessage();
        assertTrue(message.contains("field gelu is \"relu\", expected \"erf\" or \"tanh\""), message);
    }

    @Test
    void leavesACheckpointOfAnotherNameAlone() throws IOException {
        write("");
        Files.createFile(folder.resolve("other.ckpt.index"));
        try (Graph graph = new Graph(1)) {
            Bert bert = Bert.random(graph, CONFIG, vocabulary());
            String message =
                    assertThrows(IOException.class, () -> bert.save(folder)).getMessage();
            assertTrue(message.contains("other.ckpt.index is another checkpoint"), message);
        }
    }

    @Test
    void addsTheHeadsThatACheckpointLacks() throws IOException {
        tensors.keySet().removeIf(name -> name.startsWith("cls/") || name.startsWith("bert/pooler/"));
        write("");
        try (Graph graph = new Graph(1)) {
            Bert bert = Bert.load(graph, folder);
            bert.addMaskedWords();
            assertTrue(bert.hasMaskedWords() && !bert.hasPooler() && !bert.hasNextSentence());
            bert.addNextSentence();
            assertEquals(values.keySet(), new TreeSet<>(names(graph)));
        }
    }

    private void assertLoads(String prefix) throws IOException {
        write(prefix);
        assertHoldsEverything(folder);
    }

    private void assertHoldsEverything(Path directory) throws IOException {
        try (Graph graph = new Graph(1)) {
            Bert bert = Bert.load(graph, directory);
            assertEquals(CONFIG, bert.config());
            assertEquals(vocabulary(), bert.vocabulary());
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
