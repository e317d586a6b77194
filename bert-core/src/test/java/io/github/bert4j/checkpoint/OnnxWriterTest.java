package io.github.bert4j.checkpoint;

import static io.github.bert4j.checkpoint.BundleBytes.bytes;
import static io.github.bert4j.checkpoint.BundleBytes.floats;
import static io.github.bert4j.checkpoint.BundleBytes.join;
import static io.github.bert4j.checkpoint.BundleBytes.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.checkpoint.OnnxNode.Attribute;
import io.github.bert4j.checkpoint.OnnxValue.Dynamic;
import io.github.bert4j.checkpoint.OnnxValue.Fixed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxWriterTest {
    @TempDir
    private Path folder;

    /** Put together by the field numbers of {@code onnx.proto}. */
    @Test
    void writesWhatTheFormatSays() throws IOException {
        Path file = folder.resolve("model.onnx");
        OnnxWriter.write(
                file,
                new OnnxWriter.Content(
                        "g",
                        List.of(new OnnxValue("x", DataType.INT32, List.of(new Dynamic("n"), new Fixed(2)))),
                        List.of(new OnnxValue("y", DataType.FLOAT32, List.of())),
                        List.of(new OnnxNode(
                                "Op",
                                List.of("x", "w"),
                                List.of("y"),
                                List.of(
                                        Attribute.of("a", 0),
                                        Attribute.of("b", 0.5f),
                                        Attribute.of("c", List.of(1L, -1L))))),
                        List.of(NamedTensor.ofFloats("w", List.of(2L), 3, 4))));
        byte[] minusOne = bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1);
        byte[] node = join(
                field(1, utf8("x")),
                field(1, utf8("w")),
                field(2, utf8("y")),
                field(3, utf8("y")),
                field(4, utf8("Op")),
                field(5, join(field(1, utf8("a")), bytes(0x18, 0), bytes(0xa0, 1, 2))),
                field(5, join(field(1, utf8("b")), bytes(0x15), floats(0.5f), bytes(0xa0, 1, 1))),
                field(5, join(field(1, utf8("c")), bytes(0x40, 1, 0x40), minusOne, bytes(0xa0, 1, 7))));
        byte[] axes = join(field(1, field(2, utf8("n"))), field(1, bytes(0x08, 2)));
        byte[] x = join(field(1, utf8("x")), field(2, field(1, join(bytes(0x08, 6), field(2, axes)))));
        byte[] y = join(field(1, utf8("y")), field(2, field(1, join(bytes(0x08, 1), field(2, bytes())))));
        byte[] w = join(bytes(0x08, 2, 0x10, 1), field(8, utf8("w")), field(9, floats(3, 4)));
        byte[] graph = join(field(1, node), field(2, utf8("g")), field(11, x), field(12, y), field(5, w));
        byte[] expected = join(
                bytes(0x08, 8),
                field(2, utf8("bert4j")),
                field(8, join(field(1, bytes()), bytes(0x10, 17))),
                field(7, graph));
        assertArrayEquals(expected, Files.readAllBytes(file));
    }

    @Test
    void refusesWhatNoProtocolBufferCanHold() {
        Path file = folder.resolve("model.onnx");
        OnnxWriter.requireSize(file, Integer.MAX_VALUE);
        var refusal = assertThrows(
                IllegalArgumentException.class, () -> OnnxWriter.requireSize(file, Integer.MAX_VALUE + 1L));
        assertTrue(refusal.getMessage().contains("2147483648 bytes"), refusal.getMessage());
    }

    private static byte[] field(int number, byte[] content) {
        return join(BundleBytes.varint(number * 8 + 2), BundleBytes.varint(content.length), content);
    }
}
