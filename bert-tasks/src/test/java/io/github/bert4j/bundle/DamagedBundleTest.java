package io.github.bert4j.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bert4j.bert.CheckpointMismatchException;
import io.github.bert4j.sentiment.SentimentClassifier;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bundles that are damaged anywhere, and bundles that are made to harm. */
@Timeout(120)
class DamagedBundleTest {
    @TempDir
    private Path folder;

    private Path bundle;

    @BeforeEach
    void saveABundle() throws IOException {
        bundle = folder.resolve("bundle");
        SmallBundle.write(bundle, folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bundle.json", "bert_config.json", "vocab.txt", "weights.safetensors"})
    void refusesAFileThatIsCutAnywhereOrHasAnyByteChanged(String name) throws IOException {
        Path file = bundle.resolve(name);
        byte[] whole = Files.readAllBytes(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int position = whole.length - 1; position >= 0; position--) {
                write(channel, position, whole[position] ^ 1 << position % 8);
                refuses(bundle, name + " with byte " + position + " changed");
                write(channel, position, whole[position]);
            }
            for (int length = whole.length - 1; length >= 0; length--) {
                channel.truncate(length);
                refuses(bundle, name + " cut to " + length + " bytes");
            }
        }
        Files.write(file, Arrays.copyOf(whole, whole.length + 1));
        refuses(bundle, name + " with a byte more");
        Files.write(file, whole);
        Bundle.open(bundle).close();
    }

    /** Some bytes of a zip mean nothing to its reader: dates, versions, lengths that are told twice. */
    @Test
    void refusesAZipThatIsCutAnywhereAndReadsNothingElseFromOneThatIsChanged() throws IOException {
        Path zip = folder.resolve("bundle.zip");
        SmallBundle.zip(bundle, zip);
        byte[] whole = Files.readAllBytes(zip);
        int refused = 0;
        try (FileChannel channel = FileChannel.open(zip, StandardOpenOption.WRITE)) {
            for (int position = 0; position < whole.length; position++) {
                write(channel, position, whole[position] ^ 1 << position % 8);
                try (Bundle read = Bundle.open(zip)) {
                    JsonNode head = read.head("sentiment", JsonNode.class);
                    assertEquals(6, head.get("maxLength").intValue());
                } catch (BundleException expected) {
                    refused++;
                } catch (Exception other) {
                    fail("byte " + position + " changed", other);
                }
                write(channel, position, whole[position]);
            }
            for (int length = whole.length - 1; length >= 0; length--) {
                channel.truncate(length);
                refuses(zip, "cut to " + length + " bytes");
            }
        }
        assertTrue(refused > 0.8 * whole.length, refused + " of " + whole.length + " changes were refused");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "00"})
    void refusesAChecksumThatIsNone(String checksum) throws IOException {
        SmallBundle.forge(bundle, manifest -> manifest.put("checksum", checksum));
        refuses(bundle, "checksum '" + checksum + "'");
    }

    /** By RFC 4627, section 3, zeros at the start tell UTF-32. */
    @Test
    void refusesAManifestThatIsNotEvenText() throws IOException {
        Path manifest = bundle.resolve("bundle.json");
        Files.write(manifest, new byte[] {0, 0, 0, '{', 0, 0x7f, 0, 0});
        refuses(bundle, "UTF-32 beyond Unicode");
        Files.write(manifest, new byte[] {0, 0, '{', 0, 0, 0, '}', 0});
        refuses(bundle, "UTF-32 in an order that nothing writes");
    }

    @ParameterizedTest
    @CsvSource({
        "hidden_size, 2000000000",
        "num_hidden_layers, 2000000000",
        "num_hidden_layers, 1000",
        "intermediate_size, 2000000000",
        "vocab_size, 2000000000",
        "max_position_embeddings, 2000000000"
    })
    void takesNoMemoryForWhatTheWeightsAreTooSmallFor(String field, int size) throws IOException {
        Path config = bundle.resolve("bert_config.json");
        String json = Files.readString(config);
        Files.writeString(config, json.replaceFirst("\"" + field + "\" : \\d+", "\"" + field + "\" : " + size));
        SmallBundle.forge(bundle, manifest -> {});
        String message = assertThrows(IOException.class, () -> SentimentClassifier.load(bundle))
                .getMessage();
        assertTrue(message.contains(field) || message.contains("configuration asks for"), message);
    }

    @Test
    void refusesWeightsOfAnotherModel() throws IOException {
        Path config = bundle.resolve("bert_config.json");
        Files.writeString(
                config, Files.readString(config).replace("\"intermediate_size\" : 4", "\"intermediate_size\" : 5"));
        SmallBundle.forge(bundle, manifest -> {});
        assertThrows(CheckpointMismatchException.class, () -> SentimentClassifier.load(bundle));
    }

    @Test
    void refusesAVocabularyThatIsTooLargeForTheWeights() throws IOException {
        Path vocabulary = bundle.resolve("vocab.txt");
        Files.writeString(vocabulary, Files.readString(vocabulary) + "one\ntwo\n");
        SmallBundle.forge(bundle, manifest -> {});
        String message = assertThrows(IOException.class, () -> SentimentClassifier.load(bundle))
                .getMessage();
        assertTrue(message.contains("9 tokens"), message);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void refusesAHeadThatCannotBe(int maxLength) throws IOException {
        SmallBundle.forge(bundle, manifest -> ((ObjectNode) manifest.get("head")).put("maxLength", maxLength));
        assertThrows(BundleException.class, () -> SentimentClassifier.load(bundle));
    }

    /** An entry of the directory without a name, behind a byte that is a slash: the JDK copies -1 bytes of it. */
    @Test
    void refusesAZipThatTheJdkStumblesOver() throws IOException {
        ByteBuffer zip = ByteBuffer.allocate(30 + 46 + 22).order(ByteOrder.LITTLE_ENDIAN);
        zip.putInt(0, 0x04034b50); // the entry
        zip.putInt(30, 0x02014b50).put(30 + 45, (byte) '/'); // the directory
        zip.putInt(76, 0x06054b50)
                .putShort(84, (short) 1)
                .putShort(86, (short) 1)
                .putInt(88, 46)
                .putInt(92, 30);
        refuses(Files.write(folder.resolve("nameless.zip"), zip.array()), "a nameless entry");
    }

    @Test
    void refusesAZipThatWouldFillTheDisk() throws IOException {
        Path zip = folder.resolve("bomb.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (String name : List.of("bundle.json", "bert_config.json", "vocab.txt")) {
                out.putNextEntry(new ZipEntry(name));
                Files.copy(bundle.resolve(name), out);
            }
            out.putNextEntry(new ZipEntry("weights.safetensors"));
            zeros(out, 64 << 20);
        }
        String message =
                assertThrows(BundleException.class, () -> Bundle.open(zip)).getMessage();
        assertTrue(message.contains("weights.safetensors would take more than"), message);
    }

    /** Much faster than writing the file anew. */
    private static void write(FileChannel channel, int position, int value) throws IOException {
        channel.write(ByteBuffer.wrap(new byte[] {(byte) value}), position);
    }

    private static void zeros(OutputStream out, int count) throws IOException {
        byte[] chunk = new byte[1 << 16];
        for (int left = count; left > 0; left -= chunk.length) {
            out.write(chunk);
        }
    }

    private static void refuses(Path bundle, String damage) {
        try (Bundle read = Bundle.open(bundle)) {
            fail(damage + ": it is accepted as a bundle for " + read.task());
        } catch (BundleException expected) {
            assertTrue(expected.getMessage().contains("is not a usable bundle"), expected.getMessage());
        } catch (Exception other) {
            fail(damage + " is refused in the wrong way", other);
        }
    }
}
