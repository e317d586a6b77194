package io.github.bert4j.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bert4j.checkpoint.SafeTensors;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The numbers in a bundle. */
final class BundleWeights {
    private static final String FILE = "weights.safetensors";

    private BundleWeights() {}

    /** Of the one zip in a folder. */
    static Map<String, float[]> in(Path work) throws IOException {
        Path zip;
        try (Stream<Path> files = Files.list(work)) {
            zip = files.filter(file -> file.toString().endsWith(".zip"))
                    .findAny()
                    .orElseThrow();
        }
        Path copy = Files.createTempFile(work, "weights", ".safetensors");
        try (FileSystem files = FileSystems.newFileSystem(zip)) {
            Files.write(copy, Files.readAllBytes(files.getPath(FILE)));
            return read(copy);
        } finally {
            Files.delete(copy);
        }
    }

    /** Of a bundle that is a folder. */
    static Map<String, float[]> of(Path bundle) throws IOException {
        return read(bundle.resolve(FILE));
    }

    /** Of all numbers: the norm of the difference by that of the first. */
    static double distance(Map<String, float[]> expected, Map<String, float[]> actual) {
        assertEquals(expected.keySet(), actual.keySet());
        double squares = 0;
        double differences = 0;
        for (String name : expected.keySet()) {
            float[] a = expected.get(name);
            float[] b = actual.get(name);
            assertEquals(a.length, b.length, name);
            for (int i = 0; i < a.length; i++) {
                squares += (double) a[i] * a[i];
                differences += Math.pow((double) a[i] - b[i], 2);
            }
        }
        return Math.sqrt(differences / squares);
    }

    private static Map<String, float[]> read(Path file) throws IOException {
        Map<String, float[]> found = new TreeMap<>();
        try (SafeTensors source = SafeTensors.open(file)) {
            for (String name : source.tensors().keySet()) {
                long elements = source.tensors().get(name).shape().stream().reduce(1L, (a, b) -> a * b);
                FloatBuffer values = FloatBuffer.allocate(Math.toIntExact(elements));
                source.readFloats(name, values);
                found.put(name, values.array());
            }
        }
        return found;
    }
}
