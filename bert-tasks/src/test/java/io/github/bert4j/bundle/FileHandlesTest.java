package io.github.bert4j.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.TestData;
import io.github.bert4j.sentiment.LabelledReview;
import io.github.bert4j.sentiment.SentimentClassifier;
import io.github.bert4j.train.CsvLog;
import io.github.bert4j.train.TensorBoardLog;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The system is asked which files of this test are open. */
@EnabledOnOs(OS.LINUX)
class FileHandlesTest {
    private static final Path OPEN = Path.of("/proc/self/fd");

    @TempDir
    Path folder;

    @Test
    void closesWhatItOpensToLoadTrainEvaluateAndSave() throws IOException {
        List<LabelledReview> reviews = TestData.reviews("train.tsv").subList(0, 32);
        Path checkpoint = TestData.tinyBert(folder);
        Path bundle = folder.resolve("bundle");
        for (int i = 0; i < 3; i++) {
            var options = SentimentClassifier.DEFAULTS.withMaxLength(20);
            try (SentimentClassifier classifier = SentimentClassifier.fromCheckpoint(checkpoint, options)) {
                classifier.fit(
                        reviews,
                        1,
                        reviews,
                        new CsvLog(folder.resolve("log.csv")),
                        new TensorBoardLog(folder.resolve("events" + i)));
                classifier.evaluate(reviews);
                classifier.save(bundle);
                // Not only when all is closed.
                assertEquals(List.of(), openFiles());
            }
            SentimentClassifier.load(bundle).close();
            SentimentClassifier.load(zipped(bundle)).close();
            assertEquals(List.of(), openFiles());
        }
    }

    @Test
    void closesWhatItOpenedWhereLoadingFails() throws IOException {
        Path bundle = folder.resolve("bundle");
        Path checkpoint = TestData.tinyBert(folder);
        try (SentimentClassifier classifier =
                SentimentClassifier.fromCheckpoint(checkpoint, SentimentClassifier.DEFAULTS)) {
            classifier.save(bundle);
        }
        byte[] weights = Files.readAllBytes(bundle.resolve(Bundle.WEIGHTS));
        weights[weights.length - 1] ^= 1;
        Files.write(bundle.resolve(Bundle.WEIGHTS), weights);
        Path data = checkpoint.resolve("bert_model.ckpt.data-00000-of-00001");
        byte[] values = Files.readAllBytes(data);
        values[values.length / 2] ^= 1;
        Files.write(data, values);
        Path zip = zipped(bundle);
        for (Path damaged : List.of(bundle, zip)) {
            assertThrows(BundleException.class, () -> SentimentClassifier.load(damaged));
        }
        assertThrows(
                IOException.class, () -> SentimentClassifier.fromCheckpoint(checkpoint, SentimentClassifier.DEFAULTS));
        assertEquals(List.of(), openFiles());
    }

    /** Else the two tests above could not fail. */
    @Test
    void seesAnOpenFile() throws IOException {
        Path file = folder.resolve("file");
        try (var open = Files.newOutputStream(file)) {
            open.write(1);
            assertEquals(List.of(file.toRealPath()), openFiles());
        }
        assertTrue(openFiles().isEmpty());
    }

    private Path zipped(Path bundle) throws IOException {
        Path zip = Files.createTempDirectory(folder, "zip").resolve("bundle.zip");
        try (FileSystem target = FileSystems.newFileSystem(zip, Map.of("create", "true"));
                Stream<Path> files = Files.list(bundle)) {
            for (Path file : files.toList()) {
                Files.copy(file, target.getPath(file.getFileName().toString()));
            }
        }
        return zip;
    }

    private List<Path> openFiles() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> handles = Files.list(OPEN)) {
            for (Path handle : handles.toList()) {
                // The handle of this very list is gone by now.
                if (Files.isSymbolicLink(handle)
                        && Files.readSymbolicLink(handle).startsWith(folder.toRealPath())) {
                    files.add(Files.readSymbolicLink(handle));
                }
            }
        }
        return files;
    }
}
