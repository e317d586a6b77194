package io.github.bert4j.bundle;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.bert.Bert;
import io.github.bert4j.models.Model;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.TreeMap;

/** Saves a trained model as a directory that {@link Bundle} loads. */
public final class BundleWriter {
    private static final ObjectMapper JSON = new ObjectMapper();

    private BundleWriter() {}

    /**
     * Saves a bundle under a temporary name beside the target, then moves it into place; a bundle that was there before
     * is replaced only then.
     *
     * @param head the task's own settings, a record that Jackson can write
     * @throws IOException if the target exists and is no bundle, or cannot be written; what was there is left as it was
     */
    public static void write(Path directory, Task task, Object head, Bert bert, Model model) throws IOException {
        requireFree(directory);
        Path target = directory.toAbsolutePath().normalize();
        Files.createDirectories(target.getParent());
        // Not createTempDirectory: nobody but the owner could read the bundle.
        Path temporary = Files.createDirectory(target.resolveSibling(
                "." + target.getFileName() + "-" + ProcessHandle.current().pid() + "-" + System.nanoTime()));
        try {
            bert.config().save(temporary.resolve(Bundle.CONFIG));
            bert.vocabulary().save(temporary.resolve(Bundle.VOCABULARY));
            model.saveWeights(temporary.resolve(Bundle.WEIGHTS));
            Map<String, String> files = new TreeMap<>();
            for (String name : Bundle.FILES) {
                files.put(name, Checksum.of(temporary.resolve(name)));
            }
            Manifest manifest = new Manifest(
                    Manifest.FORMAT_VERSION,
                    task,
                    JSON.valueToTree(head),
                    bert.config().gelu(),
                    files,
                    Manifest.NO_CHECKSUM);
            byte[] unsigned = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest);
            String signed =
                    new String(unsigned, StandardCharsets.UTF_8).replace(Manifest.NO_CHECKSUM, Checksum.of(unsigned));
            Files.writeString(temporary.resolve(Manifest.FILE_NAME), signed);
            replace(temporary, target);
        } finally {
            delete(temporary);
        }
    }

    /**
     * Checks before hours of training what {@link #write} would check after them.
     *
     * @throws IOException if the target exists and is no bundle
     */
    public static void requireFree(Path directory) throws IOException {
        if (Files.exists(directory)
                && !Files.exists(directory.resolve(Manifest.FILE_NAME))
                && !isEmptyDirectory(directory)) {
            throw new IOException(directory + " exists and is not a bundle: choose another place, or remove it first");
        }
    }

    /** Directories cannot be replaced in one step, so the old one is set aside first and brought back if the move fails. */
    private static void replace(Path temporary, Path target) throws IOException {
        if (!Files.exists(target)) {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        Path old = temporary.resolveSibling(temporary.getFileName() + "-old");
        Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
        try {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
            throw e;
        }
        delete(old);
    }

    private static boolean isEmptyDirectory(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return false;
        }
        try (var entries = Files.list(path)) {
            return entries.findAny().isEmpty();
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
