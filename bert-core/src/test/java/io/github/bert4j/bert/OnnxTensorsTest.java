package io.github.bert4j.bert;

import static io.github.bert4j.checkpoint.BundleBytes.bytes;
import static io.github.bert4j.checkpoint.BundleBytes.floats;
import static io.github.bert4j.checkpoint.BundleBytes.join;
import static io.github.bert4j.checkpoint.BundleBytes.little;
import static io.github.bert4j.checkpoint.BundleBytes.utf8;
import static io.github.bert4j.checkpoint.BundleBytes.varint;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.checkpoint.MalformedCheckpointException;
import io.github.bert4j.checkpoint.TensorInfo;
import io.github.bert4j.checkpoint.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models put together from bytes by the field numbers of {@code onnx.proto}. */
class OnnxTensorsTest {
    private static final int FLOAT = 1;
    private static final int RAW = 9;
    private static final int FLOAT_DATA = 4;
    private static final int UINT8 = 2;
    private static final int INT8 = 3;
    private static final int INT32_DATA = 5;

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void chooseFile() {
        file = folder.resolve("model.onnx");
    }

    @Test
    void namesWeightsAsGoogleDoes() throws IOException {
        write(
                tensor("embeddings.word_embeddings.weight", FLOAT, RAW, floats(1, 2), 2, 1),
                tensor("embeddings.LayerNorm.weight", FLOAT, RAW, floats(3), 1),
                tensor("embeddings.LayerNorm.bias", FLOAT, RAW, floats(4), 1),
                tensor("embeddings.position_ids", 7, RAW, little(8).putLong(0).array(), 1, 1),
                tensor("encoder.layer.11.attention.self.query.bias", FLOAT, RAW, floats(5), 1),
                tensor("onnx::MatMul_541", FLOAT, RAW, floats(6, 7), 2, 1),
                node("MatMul", List.of("hidden", "onnx::MatMul_541"), "product"),
                node("Add", List.of("encoder.layer.11.attention.self.query.bias", "product"), "query"));
        try (var source = Bert.tensors(file)) {
            assertEquals(
                    List.of(
                            "bert/embeddings/LayerNorm/beta",
                            "bert/embeddings/LayerNorm/gamma",
                            "bert/embeddings/word_embeddings",
                            "bert/encoder/layer_11/attention/self/query/bias",
                            "bert/encoder/layer_11/attention/self/query/kernel"),
                    List.copyOf(source.tensors().keySet()));
            assertEquals(List.of(1.0, 2.0), values(source, "bert/embeddings/word_embeddings"));
            assertEquals(List.of(3.0), values(source, "bert/embeddings/LayerNorm/gamma"));
            assertEquals(List.of(4.0), values(source, "bert/embeddings/LayerNorm/beta"));
            assertEquals(List.of(6.0, 7.0), values(source, "bert/encoder/layer_11/attention/self/query/kernel"));
        }
    }

    /** PyTorch exports a linear layer on a matrix, as the pooler is, as Gemm with its weight [out, in]. */
    @Test
    void turnsKernelsThatAreStoredTransposed() throws IOException {
        byte[] transB = message(5, join(field(1, utf8("transB")), bytes(0x18, 1, 0xa0, 1, 2)));
        write(
                tensor("bert.pooler.dense.weight", FLOAT, RAW, floats(1, 2, 3, 4, 5, 6), 2, 3),
                tensor("bert.pooler.dense.bias", FLOAT, RAW, floats(7, 8), 2),
                message(
                        1,
                        join(
                                field(1, utf8("x")),
                                field(1, utf8("bert.pooler.dense.weight")),
                                field(1, utf8("bert.pooler.dense.bias")),
                                field(2, utf8("y")),
                                field(4, utf8("Gemm")),
                                transB)));
        try (var source = Bert.tensors(file)) {
            assertEquals(
                    List.of(3L, 2L), source.tensor("bert/pooler/dense/kernel").shape());
            assertEquals(List.of(1.0, 4.0, 2.0, 5.0, 3.0, 6.0), values(source, "bert/pooler/dense/kernel"));
            ByteBuffer direct = ByteBuffer.allocateDirect(24);
            source.read("bert/pooler/dense/kernel", direct);
            assertEquals(ByteBuffer.wrap(floats(1, 4, 2, 5, 3, 6)), direct.flip());
        }
    }

    /** As ONNX Runtime's dynamic quantization writes them. */
    @Test
    void readsWeightsThatWereRoundedTo8Bits() throws IOException {
        write(
                tensor("bert.encoder.layer.0.output.dense.bias", FLOAT, RAW, floats(1, 2), 2),
                tensor("onnx::MatMul_5_quantized", INT8, RAW, bytes(1, 0xfe, 3, 4), 2, 2),
                tensor("onnx::MatMul_5_scale", FLOAT, RAW, floats(0.5, 2), 2),
                tensor("onnx::MatMul_5_zero_point", INT8, RAW, bytes(0, 1), 2),
                tensor("bert.embeddings.word_embeddings.weight_quantized", UINT8, RAW, bytes(0x80, 0x81, 0x7e), 3, 1),
                tensor("bert.embeddings.word_embeddings.weight_scale", FLOAT, FLOAT_DATA, floats(0.25)),
                tensor("bert.embeddings.word_embeddings.weight_zero_point", UINT8, INT32_DATA, bytes(0x80, 1)),
                node("Gather", List.of("bert.embeddings.word_embeddings.weight_quantized", "ids"), "rows"),
                node("DynamicQuantizeLinear", List.of("x"), "x_quantized"),
                node(
                        "MatMulInteger",
                        List.of("x_quantized", "onnx::MatMul_5_quantized", "x_zero", "onnx::MatMul_5_zero_point"),
                        "whole"),
                node("Cast", List.of("whole"), "float"),
                node("Mul", List.of("x_scale", "onnx::MatMul_5_scale"), "scale"),
                node("Mul", List.of("float", "scale"), "product"),
                node("Add", List.of("bert.encoder.layer.0.output.dense.bias", "product"), "y"));
        try (var source = Bert.tensors(file)) {
            assertEquals(
                    List.of(
                            "bert/embeddings/word_embeddings",
                            "bert/encoder/layer_0/output/dense/bias",
                            "bert/encoder/layer_0/output/dense/kernel"),
                    List.copyOf(source.tensors().keySet()));
            assertEquals(List.of(0.5, -6.0, 1.5, 6.0), values(source, "bert/encoder/layer_0/output/dense/kernel"));
            assertEquals(List.of(0.0, 0.25, -0.5), values(source, "bert/embeddings/word_embeddings"));
        }
    }

    /** As its static quantization does, with one scale for the whole weight. */
    @Test
    void readsWeightsThatAreTurnedIntoFloatsFirst() throws IOException {
        write(
                tensor("bert.encoder.layer.0.output.dense.bias", FLOAT, RAW, floats(1, 2), 2),
                tensor("w_quantized", INT8, RAW, bytes(1, 0xfe, 3, 4), 2, 2),
                tensor("w_scale", FLOAT, FLOAT_DATA, floats(0.5)),
                tensor("w_zero_point", INT8, INT32_DATA, bytes(0)),
                node("DequantizeLinear", List.of("w_quantized", "w_scale", "w_zero_point"), "w_exact"),
                node("MatMul", List.of("x", "w_exact"), "product"),
                node("Add", List.of("product", "bert.encoder.layer.0.output.dense.bias"), "y"));
        try (var source = Bert.tensors(file)) {
            assertEquals(List.of(0.5, -1.0, 1.5, 2.0), values(source, "bert/encoder/layer_0/output/dense/kernel"));
        }
    }

    /** A masked language model's decoder multiplies with the word embeddings, turned. */
    @Test
    void leavesEmbeddingsAsTheyAreWhenTheyAreAlsoADecoder() throws IOException {
        String embeddings = "bert.embeddings.word_embeddings.weight";
        write(
                tensor(embeddings, FLOAT, RAW, floats(1, 2), 2, 1),
                tensor("cls.predictions.bias", FLOAT, RAW, floats(3, 4), 2),
                node("Transpose", List.of(embeddings), "turned"),
                node("MatMul", List.of("hidden", "turned"), "product"),
                node("Add", List.of("product", "cls.predictions.bias"), "logits"));
        try (var source = Bert.tensors(file)) {
            assertEquals(
                    List.of("bert/embeddings/word_embeddings", "cls.predictions.bias"),
                    List.copyOf(source.tensors().keySet()));
            assertEquals(
                    List.of(2L, 1L),
                    source.tensor("bert/embeddings/word_embeddings").shape());
        }
    }

    @Test
    void keepsOtherNamesAndReadsPackedFloats() throws IOException {
        write(
                tensor("classifier.weight", FLOAT, FLOAT_DATA, floats(1, 2), 2),
                tensor("shape", 7, 7, bytes(1, 2), 2), // int64_data, as constants of the graph have it
                tensor("encoder.layer.0.output.dense.weight", FLOAT, RAW, floats(1), 1, 1)); // layout unknown
        try (var source = Bert.tensors(file)) {
            assertEquals(
                    List.of("classifier.weight", "encoder.layer.0.output.dense.weight"),
                    List.copyOf(source.tensors().keySet()));
            assertEquals(List.of(1.0, 2.0), values(source, "classifier.weight"));
        }
    }

    @Test
    void refusesExternalDataFromNowhereWrongSizesAndDuplicates() throws IOException {
        write(message(5, join(bytes(0x08, 1, 0x10, FLOAT), field(8, utf8("w")), bytes(0x70, 1))));
        refuses("external file");
        write(message(
                5, join(bytes(0x08, 1, 0x10, FLOAT), field(8, utf8("w")), field(13, field(1, utf8("location"))))));
        refuses("external file");
        write(tensor("w", FLOAT, RAW, floats(1), 2));
        refuses("cannot have 4 bytes");
        write(tensor("w", 99, RAW, floats(1), 1));
        refuses("code 99");
        write(tensor("w", FLOAT, RAW, floats(1), 1), tensor("w", FLOAT, RAW, floats(1), 1));
        refuses("two initializers");
        Files.write(file, bytes(0x08, 8));
        refuses("no graph");
    }

    @Test
    void readsTensorsFromFilesBesideTheModel() throws IOException {
        Files.write(folder.resolve("model.onnx_data"), floats(9, 1, 2, 3, 4));
        Files.write(Files.createDirectory(folder.resolve("more")).resolve("w"), floats(5, 6));
        write(
                external("a", List.of("location", "model.onnx_data", "offset", "4", "length", "8"), 2),
                external("b", List.of("location", "model.onnx_data", "offset", "12"), 2),
                external("c", List.of("location", "more/w"), 2));
        try (var source = Bert.tensors(file)) {
            assertEquals(List.of(1.0, 2.0), values(source, "a"));
            assertEquals(List.of(3.0, 4.0), values(source, "b"));
            assertEquals(List.of(5.0, 6.0), values(source, "c"));
        }
    }

    @Test
    void refusesFilesThatAreNotBesideTheModel() throws IOException {
        Path secret = Files.write(folder.resolve("secret"), floats(1, 2));
        Path inner = Files.createDirectory(folder.resolve("inner"));
        file = inner.resolve("model.onnx");
        for (String location :
                List.of(secret.toString(), "../secret", "x/../../secret", "..\\secret", ".", "", "./x/..", "a\0b")) {
            write(external("w", List.of("location", location), 2));
            refuses("external file");
        }
        write(external("w", List.of("location", "absent"), 2));
        var missing = assertThrows(NoSuchFileException.class, () -> Bert.tensors(file));
        assertTrue(missing.getMessage().contains("absent"), missing.getMessage());
        assertTrue(missing.getMessage().contains("keeps tensors in it"), missing.getMessage());
    }

    @Test
    void refusesPlacesOutsideOfTheFile() throws IOException {
        Files.write(folder.resolve("data"), floats(1, 2));
        write(external("w", List.of("location", "data", "offset", "4"), 2));
        refuses("external file");
        write(external("w", List.of("location", "data", "offset", "9223372036854775807"), 2));
        refuses("no number");
        write(external("w", List.of("location", "data", "offset", "-4"), 2));
        refuses("no number");
        write(external("w", List.of("location", "data", "length", "4"), 2));
        refuses("cannot have 4 bytes");
    }

    /** 0x3c00 is 1 and 0xc000 is -2 in float16. */
    @Test
    void readsHalvesFromBytesAndFromVarints() throws IOException {
        write(
                tensor("raw", 10, RAW, bytes(0, 0x3c, 0, 0xc0), 2),
                tensor("varints", 10, 5, bytes(0x80, 0x78, 0x80, 0x80, 3), 2));
        try (var source = Bert.tensors(file)) {
            assertEquals(List.of(1.0, -2.0), values(source, "raw"));
            assertEquals(List.of(1.0, -2.0), values(source, "varints"));
        }
        write(tensor("varints", 10, 5, bytes(0x80, 0x78), 2));
        refuses("fewer values");
        write(tensor("varints", 10, 5, bytes(1, 2, 3), 2));
        refuses("more values");
        write(tensor("varints", 10, 5, bytes(0x80, 0x80, 4), 1));
        refuses("more than 16 bits");
    }

    /** Wrappers put their own names before BERT's, and the oldest exports call a norm's weights as TensorFlow does. */
    @Test
    void knowsBertBehindPrefixesAndByOldNames() throws IOException {
        write(
                tensor("0.auto_model.embeddings.LayerNorm.gamma", FLOAT, RAW, floats(1), 1),
                tensor("model.bert.encoder.layer.3.output.LayerNorm.beta", FLOAT, RAW, floats(2), 1));
        try (var source = Bert.tensors(file)) {
            assertEquals(
                    List.of("bert/embeddings/LayerNorm/gamma", "bert/encoder/layer_3/output/LayerNorm/beta"),
                    List.copyOf(source.tensors().keySet()));
        }
    }

    @Test
    @Tag("exhaustive")
    void refusesAModelCutAnywhere() throws IOException {
        write(tensor("w", FLOAT, RAW, floats(1, 2), 2), node("MatMul", List.of("x", "w"), "y"));
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            // The first two bytes are a field of their own; without the graph behind it that is no model.
            assertThrows(MalformedCheckpointException.class, () -> Bert.tensors(file), "cut to " + length);
        }
    }

    @Test
    @Tag("exhaustive")
    void survivesEveryFlippedBit() throws IOException {
        write(
                tensor("w", FLOAT, RAW, floats(1, 2), 2),
                tensor("pooler.dense.bias", FLOAT, FLOAT_DATA, floats(1, 2), 2),
                node("MatMul", List.of("x", "w"), "y"),
                node("Add", List.of("y", "pooler.dense.bias"), "z"));
        byte[] whole = Files.readAllBytes(file);
        int refused = 0;
        for (int bit = 0; bit < 8 * whole.length; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, flipped);
            try (var source = Bert.tensors(file)) {
                for (TensorInfo info : source.tensors().values()) {
                    source.read(info.name(), ByteBuffer.allocate((int) info.byteSize()));
                }
            } catch (MalformedCheckpointException expected) {
                refused++;
            }
        }
        assertTrue(refused > 100, "only " + refused + " flips were refused");
    }

    private void write(byte[]... graphFields) throws IOException {
        Files.write(file, join(bytes(0x08, 8), message(7, join(graphFields))));
    }

    private static byte[] tensor(String name, int type, int dataField, byte[] data, int... shape) {
        byte[] dimensions = {};
        for (int axis : shape) {
            dimensions = join(dimensions, bytes(0x08), varint(axis));
        }
        return message(5, join(dimensions, bytes(0x10, type), field(8, utf8(name)), field(dataField, data)));
    }

    /** @param entries keys, each with its value behind it */
    private static byte[] external(String name, List<String> entries, int size) {
        byte[] fields = {};
        for (int i = 0; i < entries.size(); i += 2) {
            byte[] entry = join(field(1, utf8(entries.get(i))), field(2, utf8(entries.get(i + 1))));
            fields = join(fields, field(13, entry));
        }
        return message(5, join(bytes(0x08, size, 0x10, FLOAT), field(8, utf8(name)), fields, bytes(0x70, 1)));
    }

    private static byte[] node(String operator, List<String> inputs, String output) {
        byte[] node = {};
        for (String input : inputs) {
            node = join(node, field(1, utf8(input)));
        }
        return message(1, join(node, field(2, utf8(output)), field(4, utf8(operator))));
    }

    private static byte[] message(int number, byte[] content) {
        return field(number, content);
    }

    private static byte[] field(int number, byte[] content) {
        return join(varint(number * 8 + 2), varint(content.length), content);
    }

    private void refuses(String reason) {
        var refusal = assertThrows(MalformedCheckpointException.class, () -> Bert.tensors(file));
        assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
    }

    private static List<Double> values(TensorSource source, String name) throws IOException {
        List<Double> values = new ArrayList<>();
        source.values(name, values::add);
        return values;
    }
}
