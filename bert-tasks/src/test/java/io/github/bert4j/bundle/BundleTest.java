package io.github.bert4j.bundle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bert4j.TestData;
import io.github.bert4j.sentiment.SentimentClassifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BundleTest {
    private static final String TEXT = "房间干净，服务也好。";

    @TempDir
    Path folder;

    private Path bundle;
    private double expected;

    @BeforeEach
    void saveABundle() throws IOException {
        bundle = folder.resolve("bundle");
        try (SentimentClassifier classifier =
                SentimentClassifier.fromCheckpoint(TestData.tinyBert(folder), SentimentClassifier.DEFAULTS)) {
            expected = classifier.predict(TEXT).positive();
            classifier.save(bundle);
        }
    }

    @Test
    void holdsFourFilesAndLeavesNoOthersBehind() throws IOException {
        assertEquals(Set.of("bundle.json", "bert_config.json", "vocab.txt", "weights.safetensors"), names(bundle));
        assertEquals(Set.of("bundle", "tiny-bert"), names(folder));
    }

    @Test
    void loadsFromAZip() throws IOException {
        Path zip = zip();
        try (SentimentClassifier classifier = SentimentClassifier.load(zip)) {
            assertEquals(expected, classifier.predict(TEXT).positive(), 1e-6);
        }
    }

    @Test
    void takesNothingFromAZipButItsOwnFiles() throws IOException {
        SentimentClassifier.load(zip("nested/more.txt")).close();
        assertThrows(BundleException.class, () -> Bundle.open(zip("../escaped.txt")));
        assertFalse(Files.exists(folder.resolve("escaped.txt")));
        assertFalse(Files.exists(folder.getParent().resolve("escaped.txt")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bundle.json", "bert_config.json", "vocab.txt", "weights.safetensors"})
    void refusesADamagedFile(String name) throws IOException {
        Path file = bundle.resolve(name);
        byte[] original = Files.readAllBytes(file);
        int stride = Math.max(1, original.length / 200);
        for (int i = 0; i < original.length; i += stride) {
            byte[] damaged = original.clone();
            damaged[i] ^= 1;
            Files.write(file, damaged);
            assertThrows(BundleException.class, () -> Bundle.open(bundle).close(), name + ", byte " + i);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bundle.json", "bert_config.json", "vocab.txt", "weights.safetensors"})
    void refusesATruncatedOrMissingFile(String name) throws IOException {
        Path file = bundle.resolve(name);
        byte[] original = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(original, original.length - 1));
        assertThrows(BundleException.class, () -> Bundle.open(bundle).close());
        Files.delete(file);
        String message = assertThrows(
                        BundleException.class, () -> Bundle.open(bundle).close())
                .getMessage();
        assertTrue(message.contains(name), message);
    }

    @Test
    void refusesABundleOfANewerFormat() throws IOException {
        Path manifest = bundle.resolve("bundle.json");
        String json = Files.readString(manifest);
        assertTrue(json.contains("\"formatVersion\" : 1"), json);
        Files.writeString(manifest, json.replace("\"formatVersion\" : 1", "\"formatVersion\" : 4"));
        String message =
                assertThrows(BundleException.class, () -> Bundle.open(bundle)).getMessage();
        assertTrue(message.contains("format version 4, expected one from 1 to 3"), message);
    }

    @Test
    void refusesANewerFormatWhateverElseIsInIt() throws IOException {
        Files.writeString(bundle.resolve("bundle.json"), "{\"formatVersion\": 4, \"task\": \"poetry\", \"more\": []}");
        String message =
                assertThrows(BundleException.class, () -> Bundle.open(bundle)).getMessage();
        assertTrue(message.contains("format version 4, expected one from 1 to 3"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"task", "head", "gelu", "files", "checksum"})
    void refusesAManifestWithNullInIt(String field) throws IOException {
        Path manifest = bundle.resolve("bundle.json");
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode json = (ObjectNode) mapper.readTree(manifest.toFile());
        Files.write(manifest, mapper.writeValueAsBytes(json.putNull(field)));
        assertThrows(BundleException.class, () -> Bundle.open(bundle));
    }

    @Test
    void isReadableByWhomTheFoldersBesideItAre() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        Assumptions.assumeTrue(
                Files.getFileStore(folder).supportsFileAttributeView("posix"), "permissions as on POSIX are needed");
        assertEquals(Files.getPosixFilePermissions(other), Files.getPosixFilePermissions(bundle));
    }

    @Test
    void replacesAnOlderBundle() throws IOException {
        try (SentimentClassifier classifier = SentimentClassifier.load(bundle)) {
            classifier.save(bundle);
        }
        try (SentimentClassifier classifier = SentimentClassifier.load(bundle)) {
            assertEquals(expected, classifier.predict(TEXT).positive(), 1e-6);
        }
        assertEquals(Set.of("bundle", "tiny-bert"), names(folder));
    }

    @Test
    void leavesAFolderAloneThatIsNoBundle() throws IOException {
        Path other = Files.createDirectory(folder.resolve("thesis"));
        byte[] precious = "years of work".getBytes(StandardCharsets.UTF_8);
        Files.write(other.resolve("thesis.tex"), precious);
        try (SentimentClassifier classifier = SentimentClassifier.load(bundle)) {
            String message = assertThrows(IOException.class, () -> classifier.save(other))
                    .getMessage();
            assertTrue(message.contains("holds thesis.tex"), message);
        }
        assertArrayEquals(precious, Files.readAllBytes(other.resolve("thesis.tex")));
    }

    @Test
    void refusesAFileThatIsNeitherAZipNorADirectory() throws IOException {
        Path file = Files.writeString(folder.resolve("bundle.txt"), "hello");
        String message =
                assertThrows(BundleException.class, () -> Bundle.open(file)).getMessage();
        assertTrue(message.contains("neither a directory nor a readable zip"), message);
    }

    private Path zip(String... strangers) throws IOException {
        Path zip = folder.resolve("bundle.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (String name : names(bundle)) {
                out.putNextEntry(new ZipEntry(name));
                Files.copy(bundle.resolve(name), out);
            }
            for (String name : strangers) {
                out.putNextEntry(new ZipEntry(name));
                out.write(1);
            }
        }
        return zip;
    }

    private static Set<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
    }
}
