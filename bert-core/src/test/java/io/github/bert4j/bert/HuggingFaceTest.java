package io.github.bert4j.bert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.util.passthrough.PassthroughNDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bert4j.checkpoint.DataType;
import io.github.bert4j.checkpoint.MalformedCheckpointException;
import io.github.bert4j.checkpoint.NamedTensor;
import io.github.bert4j.checkpoint.SafeTensors;
import io.github.bert4j.checkpoint.SafeTensorsWriter;
import io.github.bert4j.checkpoint.TensorInfo;
import io.github.bert4j.checkpoint.TensorSource;
import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.models.Model;
import io.github.bert4j.models.Prediction;
import io.github.bert4j.tokenize.Vocabulary;
import io.github.bert4j.tokenize.WordPieceTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Directories that transformers 5.18 wrote, of models with random weights, with the outputs that its PyTorch code computes in
 * float64.
 */
class HuggingFaceTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"bert", "albert"})
    void computesWhatHuggingFacesLibraryDoes(String model) throws IOException {
        assertComputes(model, copy(model));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert", "albert"})
    void writesTheTensorsThatItReads(String model) throws IOException {
        Path original = copy(model);
        Path tensorFlow = folder.resolve("tensorflow");
        Path again = folder.resolve("again");
        try (Graph graph = new Graph(1)) {
            Bert.load(graph, original).save(tensorFlow);
        }
        try (Graph graph = new Graph(1)) {
            Bert bert = Bert.load(graph, tensorFlow);
            bert.saveHuggingFace(again, WordPieceTokenizer.uncased(bert.vocabulary()));
        }
        assertEquals(bytes(original), bytes(again));
        assertComputes(model, again);
        assertEquals(BertConfig.of(original), BertConfig.of(again));
        assertEquals(Bert.vocabulary(original), Bert.vocabulary(again));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert", "albert"})
    void givesTheSameTensorFlowCheckpointAfterADetour(String model) throws IOException {
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        try (Graph graph = new Graph(1)) {
            Bert.load(graph, copy(model)).save(first);
        }
        Path detour = folder.resolve("detour");
        try (Graph graph = new Graph(1)) {
            Bert bert = Bert.load(graph, first);
            bert.saveHuggingFace(detour, WordPieceTokenizer.cased(bert.vocabulary()));
        }
        try (Graph graph = new Graph(1)) {
            Bert.load(graph, detour).save(second);
        }
        for (String file : List.of(
                "bert_model.ckpt.index", "bert_model.ckpt.data-00000-of-00001", "vocab.txt", "bert_config.json")) {
            assertArrayEquals(Files.readAllBytes(first.resolve(file)), Files.readAllBytes(second.resolve(file)), file);
        }
    }

    /** DJL decodes safetensors with code of its own. */
    @Test
    void writesWhatAnotherReaderReads() throws IOException {
        Path written = folder.resolve("written");
        Map<String, float[]> expected = new TreeMap<>();
        try (Graph graph = new Graph(1)) {
            Bert bert = Bert.load(graph, copy("bert"));
            bert.saveHuggingFace(written, WordPieceTokenizer.uncased(bert.vocabulary()));
            graph.weights().forEach(weight -> expected.put(weight.name(), weight.values()));
        }
        try (InputStream in = Files.newInputStream(written.resolve("model.safetensors"))) {
            NDList read = NDList.decode(PassthroughNDManager.INSTANCE, in);
            assertEquals(expected.size(), read.size());
            for (NDArray array : read) {
                float[] values = new float[(int) array.size()];
                array.toByteBuffer()
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer()
                        .get(values);
                boolean kernel = array.getName().endsWith(".dense.weight")
                        || array.getName().contains(".self.");
                float[] inGraph = expected.get(google(array.getName()));
                assertEquals(inGraph.length, values.length);
                int rows = (int) array.getShape().get(0);
                for (int i = 0; i < values.length; i++) {
                    int columns = values.length / rows;
                    int j = kernel && columns > 1 ? i % columns * rows + i / columns : i;
                    assertEquals(inGraph[j], values[i], array.getName());
                }
            }
        }
    }

    /** As older versions of Hugging Face's library wrote them: BertModel alone, LayerNorms by Google's names, positions. */
    @Test
    void readsOlderNames() throws IOException {
        Path directory = copy("bert");
        List<NamedTensor> older = new ArrayList<>(renamed(
                directory,
                name -> name.replaceFirst("^bert\\.", "")
                        .replace("LayerNorm.weight", "LayerNorm.gamma")
                        .replace("LayerNorm.bias", "LayerNorm.beta")
                        .replace("cls.predictions.bias", "cls.predictions.decoder.bias")));
        older.add(new NamedTensor(
                new TensorInfo("embeddings.position_ids", DataType.INT64, List.of(1L, 10L)),
                () -> ByteBuffer.allocate(80)));
        older.add(NamedTensor.ofFloats("cls.predictions.decoder.weight", List.of(18L, 8L), new float[18 * 8]));
        SafeTensorsWriter.write(directory.resolve("model.safetensors"), Map.of(), older);
        assertComputes("bert", directory);
    }

    @Test
    void findsABertWithinALargerModel() throws IOException {
        Path directory = copy("bert");
        SafeTensorsWriter.write(
                directory.resolve("model.safetensors"),
                Map.of(),
                renamed(directory, name -> "0.auto_model." + name.replaceFirst("^bert\\.", "")));
        assertComputes("bert", directory);
    }

    /** 0.5 and the like are the same in all types. */
    @ParameterizedTest
    @CsvSource({"FLOAT16, 3800", "BFLOAT16, 3f00", "FLOAT64, 3fe0000000000000"})
    void readsOtherFloats(DataType type, String half) throws IOException {
        Path directory = copy("bert");
        byte[] bits = new java.math.BigInteger(half, 16).toByteArray();
        List<NamedTensor> tensors = new ArrayList<>();
        try (TensorSource source = Bert.tensors(directory)) {
            for (TensorInfo info : source.tensors().values()) {
                TensorInfo other = new TensorInfo(info.name(), type, info.shape());
                tensors.add(new NamedTensor(other, () -> {
                    ByteBuffer all = ByteBuffer.allocate((int) other.byteSize());
                    while (all.hasRemaining()) {
                        for (int i = type.byteSize() - 1; i >= 0; i--) {
                            all.put(bits[i]);
                        }
                    }
                    return all.flip();
                }));
            }
        }
        SafeTensorsWriter.write(directory.resolve("model.safetensors"), Map.of(), tensors);
        try (Graph graph = new Graph(1)) {
            Bert.load(graph, directory);
            graph.weights().forEach(weight -> {
                for (float value : weight.values()) {
                    assertEquals(0.5f, value);
                }
            });
        }
    }

    @Test
    void readsACheckpointInParts() throws IOException {
        Path directory = copy("bert");
        Path whole = directory.resolve("model.safetensors");
        ObjectNode map = JSON.createObjectNode();
        try (SafeTensors source = SafeTensors.open(whole)) {
            List<String> names = List.copyOf(source.tensors().keySet());
            for (int part = 0; part < 2; part++) {
                String file = "model-0000%d-of-00002.safetensors".formatted(part + 1);
                List<String> some = names.subList(part * 20, part == 0 ? 20 : names.size());
                SafeTensorsWriter.write(
                        directory.resolve(file),
                        Map.of(),
                        some.stream()
                                .map(name -> NamedTensor.copyOf(source, name))
                                .toList());
                some.forEach(name -> map.put(name, file));
            }
        }
        Files.delete(whole);
        Path index = directory.resolve("model.safetensors.index.json");
        ObjectNode json = JSON.createObjectNode();
        json.set("weight_map", map);
        JSON.writeValue(index.toFile(), json);
        assertComputes("bert", directory);

        map.put("bert.pooler.dense.bias", "model-00001-of-00002.safetensors");
        JSON.writeValue(index.toFile(), json);
        String message =
                assertThrows(IOException.class, () -> Bert.tensors(directory)).getMessage();
        assertTrue(message.contains("'bert.pooler.dense.bias' is not here"), message);
        for (String elsewhere : List.of("../other.safetensors", "\0.safetensors", "C:other.safetensors")) {
            map.put("bert.pooler.dense.bias", elsewhere);
            JSON.writeValue(index.toFile(), json);
            message = assertThrows(MalformedCheckpointException.class, () -> Bert.tensors(directory))
                    .getMessage();
            assertTrue(message.contains("', expected a safetensors file beside it"), message);
        }
        Files.write(index, new byte[] {0, 0, 0, '{', 0, 0x7f, 0, 0}); // by RFC 4627, section 3, this is UTF-32
        assertThrows(MalformedCheckpointException.class, () -> Bert.tensors(directory));
    }

    @Test
    void listsWhatIsMissingByItsNameAndShapeInTheFile() throws IOException {
        Path directory = copy("bert");
        SafeTensorsWriter.write(
                directory.resolve("model.safetensors"),
                Map.of(),
                renamed(directory, name -> name.replace("layer.1.output.dense.weight", "layer.1.other")));
        String message = assertThrows(CheckpointMismatchException.class, () -> load(directory))
                .getMessage();
        assertTrue(message.contains("Missing (1):\n  bert.encoder.layer.1.output.dense.weight [8, 12]"), message);
        assertTrue(message.contains("Not used by this model (1):\n  bert.encoder.layer.1.other"), message);
    }

    @ParameterizedTest
    @CsvSource({
        "gelu, ERF",
        "gelu_new, TANH",
        "gelu_pytorch_tanh, TANH",
    })
    void knowsWhichGeluIsMeant(String activation, Gelu expected) throws IOException {
        Path directory = copy("bert");
        change(directory, "hidden_act", activation);
        assertEquals(expected, BertConfig.of(directory).gelu());
    }

    @ParameterizedTest
    @CsvSource({
        "model_type, t5, another model",
        "position_embedding_type, relative_key, expected absolute",
        "is_decoder, true, expected false",
        "tie_word_embeddings, false, expected true",
        "hidden_act, silu, expected"
    })
    void refusesOtherModels(String field, String value, String reason) throws IOException {
        Path directory = copy("bert");
        change(directory, field, value);
        String message =
                assertThrows(IOException.class, () -> BertConfig.of(directory)).getMessage();
        assertTrue(message.contains("config.json: ") && message.contains(field) && message.contains(reason), message);
    }

    @Test
    void namesTheCandidatesWhereADirectoryIsAmbiguous() throws IOException {
        Path directory = copy("bert");
        Files.copy(directory.resolve("model.safetensors"), directory.resolve("other.safetensors"));
        String several = assertThrows(IllegalArgumentException.class, () -> load(directory))
                .getMessage();
        assertTrue(several.contains("[model.safetensors, other.safetensors]"), several);
        assertComputes("bert", directory.resolve("model.safetensors"));

        Files.copy(directory.resolve("config.json"), directory.resolve("bert_config.json"));
        String configurations =
                assertThrows(IOException.class, () -> load(directory)).getMessage();
        assertTrue(configurations.contains("[bert_config.json, config.json]"), configurations);
    }

    @Test
    void saysWhatToDoWithPyTorchsOwnFile() throws IOException {
        Path directory = copy("bert");
        Files.move(directory.resolve("model.safetensors"), directory.resolve("pytorch_model.bin"));
        var refusal = assertThrows(NoSuchFileException.class, () -> load(directory));
        assertTrue(refusal.getMessage().contains("save_pretrained"), refusal.getMessage());
    }

    @Test
    void refusesAnAlbertWithADenseLayerBetweenEqualWidths() throws IOException {
        Path directory = copy("albert");
        change(directory, "embedding_size", "8");
        String message = assertThrows(CheckpointMismatchException.class, () -> load(directory))
                .getMessage();
        assertTrue(message.contains("embedding_hidden_mapping_in.weight: expected none"), message);
        BertConfig config = new BertConfig(
                18,
                8,
                2,
                2,
                12,
                10,
                2,
                0,
                0,
                0.02,
                Gelu.TANH,
                BertConfig.Architecture.ALBERT,
                8,
                BertConfig.HiddenActivation.GELU,
                Design.BERT);
        try (Graph graph = new Graph(1)) {
            Vocabulary vocabulary = Bert.vocabulary(copy("bert"));
            Bert bert = Bert.random(graph, config, vocabulary);
            Path written = folder.resolve("written");
            assertThrows(
                    IllegalArgumentException.class,
                    () -> bert.saveHuggingFace(written, WordPieceTokenizer.cased(vocabulary)));
            assertFalse(Files.exists(written));
        }
    }

    @Test
    void leavesAnotherCheckpointAlone() throws IOException {
        Path directory = copy("bert");
        try (Graph graph = new Graph(1)) {
            Bert bert = Bert.load(graph, directory);
            String message =
                    assertThrows(IOException.class, () -> bert.save(directory)).getMessage();
            assertTrue(message.contains("config.json is another checkpoint"), message);
            bert.saveHuggingFace(directory, WordPieceTokenizer.uncased(bert.vocabulary()));
            assertComputes("bert", directory);
        }
    }

    private static void load(Path directory) throws IOException {
        try (Graph graph = new Graph(1)) {
            Bert.load(graph, directory);
        }
    }

    private static void assertComputes(String model, Path directory) throws IOException {
        try (Graph graph = new Graph(1)) {
            Bert bert = Bert.load(graph, directory);
            Tensor ids = graph.ids("ids");
            Tensor segments = graph.ids("segments");
            Tensor x = bert.apply(ids, segments);
            Tensor pooled = bert.pool(x);
            Model outputs =
                    Model.of(ids, segments).to(x, pooled, bert.maskedWordLogits(x), bert.nextSentenceLogits(pooled));
            for (JsonNode sample : json(model + "/outputs.json").get("cases")) {
                Prediction prediction = outputs.predict(
                                List.of(Sample.of(ints(sample.get("input_ids")), ints(sample.get("segment_ids")))), 1)
                        .get(0);
                List<String> names = List.of("sequence", "pooled", "words", "next");
                for (int i = 0; i < names.size(); i++) {
                    assertClose(sample.get(names.get(i)), prediction.output(i), names.get(i));
                }
            }
        }
    }

    private static void assertClose(JsonNode expected, FloatValues actual, String name) {
        List<Double> numbers = new ArrayList<>();
        flatten(expected, numbers);
        assertEquals(numbers.size(), actual.values().length, name);
        for (int i = 0; i < numbers.size(); i++) {
            assertEquals(numbers.get(i), actual.values()[i], 2e-5, name + " at " + i);
        }
    }

    private static void flatten(JsonNode node, List<Double> numbers) {
        if (node.isArray()) {
            node.forEach(child -> flatten(child, numbers));
        } else {
            numbers.add(node.doubleValue());
        }
    }

    private static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).intValue();
        }
        return values;
    }

    /** The tensors of a directory's file, read into memory, under other names. */
    private static List<NamedTensor> renamed(Path directory, UnaryOperator<String> rename) throws IOException {
        List<NamedTensor> tensors = new ArrayList<>();
        try (TensorSource source = Bert.tensors(directory)) {
            for (TensorInfo info : source.tensors().values()) {
                ByteBuffer bytes = ByteBuffer.allocate((int) info.byteSize());
                source.read(info.name(), bytes);
                tensors.add(new NamedTensor(
                        new TensorInfo(rename.apply(info.name()), info.type(), info.shape()),
                        () -> bytes.duplicate().flip()));
            }
        }
        return tensors;
    }

    private static Map<TensorInfo, ByteBuffer> bytes(Path directory) throws IOException {
        Map<TensorInfo, ByteBuffer> all = new java.util.HashMap<>();
        try (TensorSource source = Bert.tensors(directory)) {
            for (TensorInfo info : source.tensors().values()) {
                ByteBuffer bytes = ByteBuffer.allocate((int) info.byteSize());
                source.read(info.name(), bytes);
                all.put(info, bytes.flip());
            }
        }
        return all;
    }

    /** By hand, for the names of this one model. */
    private static String google(String name) {
        return name.replaceAll("layer\\.(\\d)", "layer_$1")
                .replace("LayerNorm.weight", "LayerNorm.gamma")
                .replace("LayerNorm.bias", "LayerNorm.beta")
                .replace("embeddings.weight", "embeddings")
                .replace("seq_relationship.weight", "seq_relationship.output_weights")
                .replace("seq_relationship.bias", "seq_relationship.output_bias")
                .replace("cls.predictions.bias", "cls.predictions.output_bias")
                .replace("weight", "kernel")
                .replace("output_kernels", "output_weights")
                .replace('.', '/');
    }

    private static void change(Path directory, String field, String value) throws IOException {
        Path file = directory.resolve("config.json");
        ObjectNode json = (ObjectNode) JSON.readTree(file.toFile());
        json.set(
                field,
                Optional.of(value)
                                .filter(text -> text.matches("true|false|\\d+"))
                                .isPresent()
                        ? JSON.readTree(value)
                        : JSON.getNodeFactory().textNode(value));
        JSON.writeValue(file.toFile(), json);
    }

    /** A copy of a model's directory; the vocabulary, which an ALBERT's own tokenizer does not have, is the same for both. */
    private Path copy(String model) throws IOException {
        Path directory = Files.createDirectories(folder.resolve("original-" + model));
        for (String name : List.of(
                model + "/config.json",
                model + "/model.safetensors",
                "bert/tokenizer.json",
                "bert/tokenizer_config.json")) {
            try (InputStream in = HuggingFaceTest.class.getResourceAsStream("hugging-face/" + name)) {
                Files.write(directory.resolve(Path.of(name).getFileName()), in.readAllBytes());
            }
        }
        return directory;
    }

    private static JsonNode json(String name) throws IOException {
        try (InputStream in = HuggingFaceTest.class.getResourceAsStream("hugging-face/" + name)) {
            return JSON.readTree(in);
        }
    }
}
