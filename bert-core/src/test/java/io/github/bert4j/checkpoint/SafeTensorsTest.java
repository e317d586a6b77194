package io.github.bert4j.checkpoint;

import static io.github.bert4j.checkpoint.BundleBytes.bytes;
import static io.github.bert4j.checkpoint.BundleBytes.floats;
import static io.github.bert4j.checkpoint.BundleBytes.join;
import static io.github.bert4j.checkpoint.BundleBytes.little;
import static io.github.bert4j.checkpoint.BundleBytes.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafeTensorsTest {
    /** A file as the format's description has it, put together by hand. */
    private static final String HEADER = "{\"__metadata__\":{\"format\":\"pt\"},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[3,11]},"
            + "\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]},"
            + "\"s\":{\"dtype\":\"BF16\",\"shape\":[],\"data_offsets\":[11,13]}}";

    private static final byte[] DATA = join(bytes(7, 8, 9), floats(1.5, -2), bytes(0x80, 0x3f));

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void chooseFile() {
        file = folder.resolve("model.safetensors");
    }

    @Test
    void readsTensorsByName() throws IOException {
        write(HEADER, DATA);
        try (var source = SafeTensors.open(file)) {
            assertEquals(List.of("a", "b", "s"), List.copyOf(source.tensors().keySet()));
            assertEquals(new TensorInfo("b", DataType.FLOAT32, List.of(2L, 1L)), source.tensor("b"));
            assertEquals(List.of(7.0, 8.0, 9.0), values(source, "a"));
            assertEquals(List.of(1.5, -2.0), values(source, "b"));
            assertEquals(List.of(1.0), values(source, "s"));
            assertEquals(Map.of("format", "pt"), source.metadata());
        }
    }

    @Test
    void readsWholeNumbersAsWhatTheyStandFor() throws IOException {
        float[] values = {127, -254, 63.6f, 0, 1, 2.4f};
        List<NamedTensor> tensors = new ArrayList<>(
                NamedTensor.wholeNumbers("column", List.of(3L, 2L), false, () -> FloatBuffer.wrap(values)));
        tensors.addAll(NamedTensor.wholeNumbers("row", List.of(3L, 2L), true, () -> FloatBuffer.wrap(values)));
        SafeTensorsWriter.write(file, Map.of(), tensors);
        try (var source = SafeTensors.open(file)) {
            assertEquals(List.of("column", "row"), List.copyOf(source.tensors().keySet()));
            assertEquals(new TensorInfo("column", DataType.FLOAT32, List.of(3L, 2L)), source.tensor("column"));
            // The columns' scales are 1 and 2.
            assertEquals(List.of(127.0, -254.0, 64.0, 0.0, 1.0, 2.0), values(source, "column"));
            List<Double> rows = values(source, "row");
            for (int i = 0; i < values.length; i++) {
                float largest = Math.max(Math.abs(values[i / 2 * 2]), Math.abs(values[i / 2 * 2 + 1]));
                assertEquals(values[i], rows.get(i), largest / 254 + 1e-6);
            }
        }
    }

    @Test
    void leavesScalesThatDoNotFitAsTheyAre() throws IOException {
        String header = "{\"x\":{\"dtype\":\"I8\",\"shape\":[3],\"data_offsets\":[0,3]},"
                + "\"x.scales\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[3,11]}}";
        write(header, join(bytes(7, 8, 9), floats(1.5, -2)));
        try (var source = SafeTensors.open(file)) {
            assertEquals(List.of("x", "x.scales"), List.copyOf(source.tensors().keySet()));
            assertEquals(DataType.INT8, source.tensor("x").type());
        }
    }

    @Test
    void acceptsSpacesBehindTheHeader() throws IOException {
        write(HEADER + "     ", DATA);
        SafeTensors.open(file).close();
    }

    @Test
    void refusesTensorsThatDoNotTileTheFile() throws IOException {
        String entry = "{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[%d,%d]}";
        String template = "{\"a\":" + entry + ",\"b\":" + entry + "}";
        write(template.formatted(2, 0, 2, 2, 2, 4), new byte[4]);
        SafeTensors.open(file).close();
        refuses(template.formatted(2, 0, 2, 1, 3, 4), new byte[4], "starts at");
        refuses(template.formatted(3, 0, 3, 2, 2, 4), new byte[4], "starts at");
        refuses(template.formatted(2, 0, 2, 2, 2, 4), new byte[5], "belong to no tensor");
        refuses(template.formatted(2, 0, 2, 2, 2, 4), new byte[3], "cannot have the data_offsets");
        refuses(template.formatted(2, 0, 3, 2, 2, 4), new byte[4], "cannot have the data_offsets");
        refuses(template.formatted(2, 2, 0, 2, 2, 4), new byte[4], "cannot have the data_offsets");
        refuses(template.formatted(-1, 0, -1, 2, 2, 4), new byte[4], "negative");
        refuses("{}", new byte[1], "belong to no tensor");
    }

    @Test
    void refusesHeadersThatTheFormatDoesNotHave() throws IOException {
        String a = "\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}";
        byte[] data = new byte[1];
        refuses("{" + a + "," + a + "}", data, "Duplicate");
        refuses("{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", data, "Duplicate");
        refuses("{" + a + "} x", data, "not valid JSON");
        refuses("{" + a + "}{}", data, "follows");
        refuses(" {" + a + "}", data, "does not start");
        refuses("{" + a, data, "not valid JSON");
        refuses("{\"__metadata__\":{\"n\":1}," + a + "}", data, "metadata 'n'");
        refuses("{\"a\":{\"dtype\":\"U8\",\"shape\":[1]}}", data, "lacks");
        refuses(
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],\"x\":1}}",
                data,
                "unknown property 'x'");
        refuses("{\"a\":{\"dtype\":\"U9\",\"shape\":[1],\"data_offsets\":[0,1]}}", data, "U9");
        refuses("{\"a\":{\"dtype\":\"U8\",\"shape\":[1.0],\"data_offsets\":[0,1]}}", data, "whole numbers");
        refuses("{\"a\":{\"dtype\":\"U8\",\"shape\":1,\"data_offsets\":[0,1]}}", data, "shape of 'a'");
        refuses(
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[99999999999999999999],\"data_offsets\":[0,1]}}",
                data,
                "not valid JSON");
        refuses(
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,1]}}",
                data,
                "beyond counting");
    }

    @Test
    void refusesAHeaderLongerThanTheFileOrTheLimit() throws IOException {
        for (long length : new long[] {-1, Long.MAX_VALUE, 3, 100_000_001}) {
            Files.write(file, join(little(8).putLong(length).array(), utf8("{}")));
            assertEquals(0, refuses("does not fit the file of 10 bytes").offset());
        }
        write("{}", new byte[0]);
        SafeTensors.open(file).close();
        Files.write(file, new byte[7]);
        assertEquals(7, refuses("too short for the header's length").offset());
        Files.write(file, new byte[8]);
        assertEquals(8, refuses("does not start with").offset());
    }

    @Test
    @Tag("exhaustive")
    void refusesAFileCutAnywhere() throws IOException {
        write(HEADER, DATA);
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThrows(MalformedCheckpointException.class, () -> SafeTensors.open(file), "cut to " + length);
        }
    }

    /** The format has no checksums, so a name can change unnoticed; types, shapes and values cannot. */
    @Test
    @Tag("exhaustive")
    void noticesEveryFlippedBitOfTheHeaderThatChangesMoreThanAName() throws IOException {
        write(HEADER, DATA);
        byte[] whole = Files.readAllBytes(file);
        List<String> original = contents();
        int refused = 0;
        for (int position = 0; position < whole.length - DATA.length; position++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] flipped = whole.clone();
                flipped[position] ^= (byte) (1 << bit);
                Files.write(file, flipped);
                try {
                    assertEquals(original, contents(), "byte " + position + ", bit " + bit);
                } catch (MalformedCheckpointException expected) {
                    refused++;
                }
            }
        }
        assertTrue(refused > 7 * (whole.length - DATA.length), refused + " flips were refused");
    }

    /** Types, shapes and values in the file's order, without names. */
    private List<String> contents() throws IOException {
        try (var source = SafeTensors.open(file)) {
            List<String> contents = new ArrayList<>();
            for (TensorInfo info : source.tensors().values()) {
                contents.add(info.type() + " " + info.shape() + " " + values(source, info.name()));
            }
            contents.sort(null);
            return contents;
        }
    }

    @Test
    void writesWhatTheFormatDescribes() throws IOException {
        SafeTensorsWriter.write(
                file,
                Map.of("format", "pt"),
                List.of(
                        new NamedTensor(
                                new TensorInfo("a", DataType.UINT8, List.of(3L)),
                                () -> ByteBuffer.wrap(bytes(7, 8, 9))),
                        NamedTensor.ofFloats("b", List.of(2L, 1L), 1.5f, -2)));
        String header = "{\"__metadata__\":{\"format\":\"pt\"},"
                + "\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[3,11]}}";
        String padded = header + " ".repeat((8 - header.length() % 8) % 8);
        assertArrayEquals(
                join(little(8).putLong(padded.length()).array(), utf8(padded), bytes(7, 8, 9), floats(1.5, -2)),
                Files.readAllBytes(file));
    }

    @Test
    void copiesAnotherCheckpoint() throws IOException {
        write(HEADER, DATA);
        Path copy = folder.resolve("copy.safetensors");
        try (var source = SafeTensors.open(file)) {
            SafeTensorsWriter.write(
                    copy,
                    source.metadata(),
                    source.tensors().keySet().stream()
                            .map(name -> NamedTensor.copyOf(source, name))
                            .toList());
            try (var written = SafeTensors.open(copy)) {
                assertEquals(source.tensors(), written.tensors());
                assertEquals(source.metadata(), written.metadata());
                assertEquals(values(source, "b"), values(written, "b"));
            }
        }
    }

    @Test
    void leavesTheOldFileAndNothingElseWhenWritingFails() throws IOException {
        write(HEADER, DATA);
        byte[] before = Files.readAllBytes(file);
        var wrongSize =
                new NamedTensor(new TensorInfo("a", DataType.FLOAT32, List.of(2L)), () -> ByteBuffer.allocate(4));
        assertThrows(IllegalArgumentException.class, () -> SafeTensorsWriter.write(file, Map.of(), List.of(wrongSize)));
        var twice = NamedTensor.ofFloats("a", List.of(), 1);
        assertThrows(
                IllegalArgumentException.class, () -> SafeTensorsWriter.write(file, Map.of(), List.of(twice, twice)));
        assertArrayEquals(before, Files.readAllBytes(file));
        try (var files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    private void write(String header, byte[] data) throws IOException {
        byte[] utf8 = utf8(header);
        Files.write(file, join(little(8).putLong(utf8.length).array(), utf8, data));
    }

    private void refuses(String header, byte[] data, String reason) throws IOException {
        write(header, data);
        refuses(reason);
    }

    private MalformedCheckpointException refuses(String reason) {
        var refusal = assertThrows(MalformedCheckpointException.class, () -> SafeTensors.open(file), reason);
        assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
        return refusal;
    }

    private static List<Double> values(TensorSource source, String name) throws IOException {
        List<Double> values = new ArrayList<>();
        source.values(name, values::add);
        return values;
    }
}
