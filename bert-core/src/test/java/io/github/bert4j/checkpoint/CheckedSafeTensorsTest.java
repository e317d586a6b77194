package io.github.bert4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Safetensors files of this library, which have a checksum. */
class CheckedSafeTensorsTest {
    private static final Map<String, String> NOTES = Map.of("step", "12", "运行", "一");

    @TempDir
    private Path folder;

    private Path file;
    private byte[] whole;

    @BeforeEach
    void writeAFile() throws IOException {
        file = folder.resolve("state.safetensors");
        SafeTensorsWriter.writeChecked(
                file,
                NOTES,
                List.of(
                        NamedTensor.ofFloats("dense/kernel", List.of(2L, 2L), 1, 2, 3, 4),
                        NamedTensor.ofFloats("dense/bias", List.of(2L), 5, 6)));
        whole = Files.readAllBytes(file);
    }

    @Test
    void keepsTheChecksumOutOfTheCallersText() throws IOException {
        try (SafeTensors source = SafeTensors.open(file)) {
            source.verify();
            assertEquals(NOTES, source.metadata());
        }
    }

    /** Eight digits in the header that count as zeros: computed here from that description alone. */
    @Test
    void hasTheChecksumThatIsDescribed() {
        String text = new String(whole, StandardCharsets.ISO_8859_1);
        String field = "\"bert4j.crc32c\":\"";
        int place = text.indexOf(field) + field.length();
        byte[] unsigned = whole.clone();
        Arrays.fill(unsigned, place, place + 8, (byte) '0');
        CRC32C crc = new CRC32C();
        crc.update(unsigned);
        assertEquals("%08x".formatted(crc.getValue()), text.substring(place, place + 8));
    }

    @Test
    void opensOnlyFilesWithARightChecksumIfToldTo() throws IOException {
        SafeTensors source = SafeTensors.openChecked(file);
        assertEquals(NOTES, source.metadata());
        source.close();
        assertThrows(IllegalStateException.class, source::verify);
        List<NamedTensor> tensors = List.of(NamedTensor.ofFloats("a", List.of(1L), 1));
        SafeTensorsWriter.write(file, NOTES, tensors);
        refusesChecked("it has no checksum");
        for (String wrong : List.of("0", "000000000")) {
            SafeTensorsWriter.write(file, Map.of("bert4j.crc32c", wrong), tensors);
            refusesChecked("not written as it should be");
        }
    }

    /** Longer than what is read at a time. */
    @Test
    void checksLongFilesToTheirEnd() throws IOException {
        float[] values = new float[40_000];
        SafeTensorsWriter.writeChecked(file, NOTES, List.of(NamedTensor.ofFloats("a", List.of(40_000L), values)));
        SafeTensors.openChecked(file).close();
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] = 1;
        Files.write(file, bytes);
        refusesChecked("the file is damaged");
    }

    private void refusesChecked(String reason) {
        String message = assertThrows(MalformedCheckpointException.class, () -> SafeTensors.openChecked(file))
                .getMessage();
        assertTrue(message.contains(reason), message);
    }

    @Test
    void readsFilesThatHaveNone() throws IOException {
        SafeTensorsWriter.write(file, NOTES, List.of(NamedTensor.ofFloats("a", List.of(1L), 1)));
        try (SafeTensors source = SafeTensors.open(file)) {
            source.verify();
            assertEquals(NOTES, source.metadata());
        }
    }

    @Test
    @Tag("exhaustive")
    void refusesEveryFlippedBitOrMeansTheSame() throws IOException {
        int refused = 0;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int position = 0; position < whole.length; position++) {
                for (int bit = 0; bit < 8; bit++) {
                    channel.write(ByteBuffer.wrap(new byte[] {(byte) (whole[position] ^ 1 << bit)}), position);
                    try {
                        readAll();
                        // Only the checksum's name can change unnoticed; then the text is another, as its reader sees.
                        try (SafeTensors source = SafeTensors.open(file)) {
                            assertEquals(3, source.metadata().size(), "byte " + position + ", bit " + bit);
                        }
                    } catch (MalformedCheckpointException expected) {
                        refused++;
                    } catch (RuntimeException other) {
                        fail("byte " + position + ", bit " + bit, other);
                    }
                }
                channel.write(ByteBuffer.wrap(whole, position, 1), position);
            }
        }
        assertTrue(refused >= 8 * (whole.length - "bert4j.crc32c".length()), refused + " flips were refused");
    }

    @Test
    @Tag("exhaustive")
    void refusesAFileThatEndsTooEarly() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int length = whole.length - 1; length >= 0; length--) {
                channel.truncate(length);
                try {
                    readAll();
                    fail("cut to " + length + " bytes, it is accepted");
                } catch (MalformedCheckpointException expected) {
                    assertTrue(expected.getMessage().contains("state.safetensors"), expected.getMessage());
                }
            }
        }
    }

    private void readAll() throws IOException {
        try (SafeTensors source = SafeTensors.open(file)) {
            source.verify();
            ByteBuffer kernel = ByteBuffer.allocate(16);
            source.read("dense/kernel", kernel);
            ByteBuffer bias = ByteBuffer.allocate(8);
            source.read("dense/bias", bias);
            assertArrayEquals(new byte[] {0, 0, (byte) 0x80, 0x3f}, Arrays.copyOf(kernel.array(), 4));
            assertArrayEquals(new byte[] {0, 0, (byte) 0xa0, 0x40}, Arrays.copyOf(bias.array(), 4));
        }
    }
}
