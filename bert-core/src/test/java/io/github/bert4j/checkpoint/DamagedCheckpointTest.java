package io.github.bert4j.checkpoint;

import static io.github.bert4j.checkpoint.BundleBytes.bytes;
import static io.github.bert4j.checkpoint.BundleBytes.floats;
import static io.github.bert4j.checkpoint.BundleBytes.join;
import static io.github.bert4j.checkpoint.BundleBytes.shape;
import static io.github.bert4j.checkpoint.BundleBytes.sibling;
import static io.github.bert4j.checkpoint.BundleBytes.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.bert4j.SharedFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Cuts checkpoints at every length and flips every bit: all of it must be refused, and never in another way. */
@Tag("exhaustive")
@Timeout(120)
class DamagedCheckpointTest {
    @TempDir
    private Path folder;

    private Path prefix;

    @BeforeEach
    void choosePrefix() {
        prefix = folder.resolve("model.ckpt");
    }

    @Test
    void refusesASmallCheckpointCutAnywhere() throws IOException {
        small().write(prefix);
        refusesEveryCut();
    }

    @Test
    void refusesASmallCheckpointWithAnyBitFlipped() throws IOException {
        small().write(prefix);
        refusesEveryFlip(8);
    }

    @Test
    void refusesAnythingDamagedOfWhatOurWriterWrote() throws IOException {
        TensorFlowCheckpointWriter.write(
                prefix,
                List.of(
                        NamedTensor.ofFloats("bert/embeddings/word_embeddings", List.of(3L, 2L), 1, 2, 3, 4, 5, 6),
                        NamedTensor.ofFloats("bert/embeddings/LayerNorm/beta", List.of(2L), 7, 8),
                        NamedTensor.ofFloats("bert/pooler/dense/bias", List.of(2L), 9, 10)));
        refusesEveryCut();
        refusesEveryFlip(8);
    }

    @Test
    void refusesACompressedIndexCutAnywhereOrWithAnyBitFlipped() throws IOException {
        small().compressed(1, BundleBytes::snappyLiterals).write(prefix);
        refusesEveryCut();
        refusesEveryFlip(8);
    }

    @Test
    void refusesEveryOtherValueOfEveryByteOfTheFooter() throws IOException {
        small().write(prefix);
        Path index = sibling(prefix, ".index");
        int size = (int) Files.size(index);
        for (int position = size - 48; position < size; position++) {
            for (int difference = 1; difference < 256; difference++) {
                refusesFlipped(index, position, difference);
            }
        }
    }

    @Test
    void refusesARealCheckpointCutAnywhere() throws IOException {
        copyRealCheckpoint();
        refusesEveryCut();
    }

    @Test
    void refusesARealCheckpointWithABitFlippedInAnyByte() throws IOException {
        copyRealCheckpoint();
        refusesEveryFlip(1);
    }

    /** What a checksum would catch by itself must not break the reader either, should someone craft it. */
    @Test
    void survivesEveryFlippedBitUnderAValidChecksum() throws IOException {
        for (UnaryOperator<byte[]> compression :
                List.<UnaryOperator<byte[]>>of(UnaryOperator.identity(), BundleBytes::snappyLiterals)) {
            int type = compression.apply(new byte[1]).length == 1 ? 0 : 1;
            small().write(prefix);
            int refused = 0;
            for (int bit = 0; bit < 8 * 250; bit++) { // the longer block has 200 to 250 bytes
                int flipped = bit;
                byte[] index = small().compressed(type, block -> flip(compression.apply(block), flipped))
                        .index();
                overwrite(sibling(prefix, ".index"), index);
                try {
                    readAll();
                } catch (MalformedCheckpointException expected) {
                    refused++;
                }
            }
            assertTrue(refused > 800, "only " + refused + " flips were refused: are they in the blocks at all?");
        }
    }

    /** Much faster than creating the file anew. */
    private static void overwrite(Path file, byte[] contents) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(contents), 0);
            channel.truncate(contents.length);
        }
    }

    private static byte[] flip(byte[] block, int bit) {
        byte[] flipped = block.clone();
        if (bit / 8 < block.length) {
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
        }
        return flipped;
    }

    /** Two shards, two blocks, a partitioned variable, strings, an empty tensor and alignment. */
    private static BundleBytes small() {
        byte[] slices = bytes(
                0x3a, 0x0a, 0x0a, 0x02, 0x10, 0x01, 0x0a, 0x04, 0x08, 0x00, 0x10, 0x02, 0x3a, 0x0a, 0x0a, 0x04, 0x08,
                0x01, 0x10, 0x01, 0x0a, 0x02, 0x10, 0x02);
        return new BundleBytes(2)
                .tensor(bytes(0, 'v', 0, 1, 1, 2, 0x80, 0x81, 0x80, 0x82), 1, shape(1, 2), 1, floats(1, 2))
                .tensor(bytes(0, 'v', 0, 1, 1, 2, 0x81, 0x81, 0x80, 0x82), 1, shape(1, 2), 0, floats(3, 4))
                .strings(utf8("_graph"), shape(2), 0, "", "graph")
                .nextBlock()
                .tensor(utf8("bert/bias"), 1, shape(3), 0, floats(5, 6, 7))
                .tensor(utf8("bert/empty"), 1, shape(0), 1, bytes())
                .rawData(1, bytes(0, 0, 0))
                .tensor(utf8("step"), 9, shape(), 1, bytes(20, 0, 0, 0, 0, 0, 0, 0))
                .entry(utf8("v"), join(bytes(0x08, 1, 0x12, 0x08), shape(2, 2), slices));
    }

    private void copyRealCheckpoint() throws IOException {
        Path original = SharedFiles.require("fixtures/keras-bert-tiny");
        for (String suffix : List.of(".index", ".data-00000-of-00001")) {
            Files.write(sibling(prefix, suffix), Files.readAllBytes(original.resolve("bert_model.ckpt" + suffix)));
        }
    }

    private void refusesEveryCut() throws IOException {
        readAll();
        for (Path file : files()) {
            byte[] original = Files.readAllBytes(file);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                for (int length = original.length - 1; length >= 0; length--) {
                    channel.truncate(length);
                    refuses(file.getFileName() + " cut to " + length + " bytes");
                }
            }
            Files.write(file, original);
            Files.write(file, new byte[1], StandardOpenOption.APPEND);
            refuses(file.getFileName() + " with a byte appended");
            Files.write(file, original);
        }
        readAll();
    }

    private void refusesEveryFlip(int bitsPerByte) throws IOException {
        readAll();
        for (Path file : files()) {
            int size = (int) Files.size(file);
            for (int position = 0; position < size; position++) {
                for (int bit = 0; bit < bitsPerByte; bit++) {
                    refusesFlipped(file, position, 1 << (position + bit) % 8);
                }
            }
        }
        readAll();
    }

    private void refusesFlipped(Path file, int position, int difference) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer original = ByteBuffer.allocate(1);
            channel.read(original, position);
            channel.write(ByteBuffer.wrap(bytes(original.get(0) ^ difference)), position);
            refuses("%s with byte %d changed by %02x".formatted(file.getFileName(), position, difference));
            channel.write(original.flip(), position);
        }
    }

    private List<Path> files() throws IOException {
        try (var files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private void refuses(String damage) {
        try {
            readAll();
        } catch (MalformedCheckpointException expected) {
            return;
        } catch (Exception other) {
            fail(damage + " is refused in the wrong way", other);
        }
        fail(damage + " is accepted");
    }

    private void readAll() throws IOException {
        try (var source = TensorFlowCheckpoint.open(prefix)) {
            for (TensorInfo info : source.tensors().values()) {
                if (info.type() == DataType.STRING) {
                    assertEquals(
                            info.elements(), source.readStrings(info.name()).size());
                } else {
                    source.read(info.name(), ByteBuffer.allocate((int) info.byteSize()));
                }
            }
        }
    }
}
