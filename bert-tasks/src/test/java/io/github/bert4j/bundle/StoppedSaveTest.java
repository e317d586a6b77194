package io.github.bert4j.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bert4j.sentiment.SentimentClassifier;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a bundle when another could not be saved in its place. */
@Timeout(300)
class StoppedSaveTest {
    private static final String TEXT = "好坏";

    @TempDir
    private Path folder;

    private Path bundle;
    private double expected;

    @BeforeEach
    void saveABundle() throws IOException {
        bundle = folder.resolve("bundle");
        SmallBundle.write(bundle, folder);
        expected = prediction();
    }

    /** Process 1 is alive in every container, and another one than then. */
    @Test
    void readsWhatASaveOfAnEarlierVersionSetAside() throws IOException {
        Path old = Files.move(bundle, folder.resolve(".bundle-1-1-old"));
        assertEquals(expected, prediction());
        assertTrue(Files.exists(old), "reading must not move anything");
        try (SentimentClassifier classifier = SentimentClassifier.load(bundle)) {
            classifier.save(bundle);
        }
        assertEquals(expected, prediction());
    }

    /** Between the moment in which the new bundle is complete and the last of its files' moves. */
    @Test
    void readsTheNewBundleWhereASaveWasStoppedWhileItMovedItsFiles() throws IOException {
        Path complete = Files.createDirectory(bundle.resolve(".bert4j-complete"));
        for (String name : List.of("vocab.txt", "weights.safetensors")) {
            Files.move(bundle.resolve(name), complete.resolve(name));
            Files.writeString(bundle.resolve(name), "of the old one");
        }
        assertTrue(Bundle.isBundle(bundle));
        assertEquals(expected, prediction());
        assertFalse(Files.exists(complete));
        Files.createDirectory(bundle.resolve(".bert4j-new"));
        try (SentimentClassifier classifier = SentimentClassifier.load(bundle)) {
            classifier.save(bundle);
        }
        assertEquals(expected, prediction());
        try (Stream<Path> files = Files.list(bundle)) {
            assertEquals(4, files.count());
        }
    }

    @Test
    void saysThatThereIsNothingWhereNothingIs() {
        String message = assertThrows(BundleException.class, () -> Bundle.open(folder.resolve("other")))
                .getMessage();
        assertTrue(message.contains("no such file or directory"), message);
    }

    @Test
    void keepsTheOldBundleWhenTheDiskIsFull() throws Exception {
        // The weights have some 2 KB and the manifest less: 1 KB stops the first, and 0 the configuration.
        for (int kilobytes : List.of(0, 1)) {
            List<String> command = List.of("/bin/bash", "-c", "ulimit -f " + kilobytes + "; exec \"$@\"", "bash");
            assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "bash is needed, to set a limit");
            Process process = start(command, Saves.class, bundle.toString(), "1");
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(process.waitFor(120, TimeUnit.SECONDS));
            assertEquals("ready IOException", output.replaceAll("\\s+", " ").strip());
            assertEquals(expected, prediction());
            assertEquals(Set.of("bundle", "small-bert"), names());
        }
    }

    @Test
    void keepsTheOldBundleInAFolderThatCannotBeWritten() throws IOException {
        assumeTrue(Files.getFileStore(folder).supportsFileAttributeView("posix"), "permissions as on POSIX are needed");
        try (SentimentClassifier classifier = SentimentClassifier.load(bundle)) {
            bundle.toFile().setWritable(false);
            assumeFalse(Files.isWritable(bundle), "this user may write everywhere");
            assertThrows(IOException.class, () -> classifier.save(bundle));
        } finally {
            bundle.toFile().setWritable(true);
        }
        assertEquals(expected, prediction());
        assertEquals(Set.of("bundle", "small-bert"), names());
    }

    @Test
    @Tag("slow")
    void hasABundleWheneverASaveIsKilled() throws Exception {
        for (int milliseconds : List.of(0, 3, 10, 25, 60, 140)) {
            Process process = start(List.of(), Saves.class, bundle.toString(), "1000000");
            try (BufferedReader output = process.inputReader()) {
                assertEquals("ready", output.readLine());
                Thread.sleep(milliseconds);
                process.destroyForcibly();
                process.waitFor();
            }
            assertEquals(expected, prediction());
        }
        try (SentimentClassifier classifier = SentimentClassifier.load(bundle)) {
            classifier.save(bundle);
        }
        assertEquals(Set.of("bundle", "small-bert"), names());
    }

    /** Saves a bundle in its own place, so many times or until that fails. */
    static final class Saves {
        public static void main(String[] arguments) throws IOException {
            Path bundle = Path.of(arguments[0]);
            try (SentimentClassifier classifier = SentimentClassifier.load(bundle)) {
                System.out.println("ready");
                for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
                    classifier.save(bundle);
                }
                System.out.println("saved");
            } catch (IOException e) {
                System.out.println(e.getClass().getSimpleName());
            }
        }
    }

    private double prediction() throws IOException {
        try (SentimentClassifier classifier = SentimentClassifier.load(bundle)) {
            return classifier.predict(TEXT).positive();
        }
    }

    private static Process start(List<String> before, Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:-UsePerfData",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private Set<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
    }
}
