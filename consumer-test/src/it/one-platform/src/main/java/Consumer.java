import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Loader;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A program of someone else: the library is there, ND4J computes, and one platform's natives were downloaded. */
public class Consumer {

    private static final Pattern NATIVES =
            Pattern.compile(".*-((?:android|ios|linux|macosx|windows)-[a-z0-9_]+)(?:-.*)?\\.jar");

    public static void main(String[] arguments) throws IOException {
        Set<String> modules = modules();
        require(
                modules.containsAll(Set.of("io.github.bert4j.core", "io.github.bert4j.tasks")),
                "the library is not on the class path, which has " + modules);

        INDArray product = Nd4j.createFromArray(new float[][] {{1, 2}, {3, 4}})
                .mmul(Nd4j.createFromArray(new float[][] {{5, 6}, {7, 8}}));
        require(
                Arrays.deepEquals(product.toFloatMatrix(), new float[][] {{19, 22}, {43, 50}}),
                "a product of matrices is wrong: " + product);

        Set<String> platforms = platforms(Path.of(arguments[0]));
        require(
                platforms.equals(Set.of(Loader.getPlatform())),
                "expected the natives of " + Loader.getPlatform() + " alone, but " + arguments[0] + " holds those of "
                        + platforms);
        System.out.println("bert4j runs on " + platforms);
    }

    private static Set<String> modules() throws IOException {
        Set<String> modules = new TreeSet<>();
        for (URL url : Collections.list(Consumer.class.getClassLoader().getResources(JarFile.MANIFEST_NAME))) {
            try (InputStream manifest = url.openStream()) {
                String module = new Manifest(manifest).getMainAttributes().getValue("Automatic-Module-Name");
                if (module != null) {
                    modules.add(module);
                }
            }
        }
        return modules;
    }

    private static Set<String> platforms(Path repository) throws IOException {
        try (var files = Files.walk(repository)) {
            Set<String> platforms = new TreeSet<>();
            files.map(file -> NATIVES.matcher(file.getFileName().toString()))
                    .filter(matcher -> matcher.matches())
                    .forEach(matcher -> platforms.add(matcher.group(1)));
            return platforms;
        }
    }

    private static void require(boolean condition, String failure) {
        if (!condition) {
            throw new IllegalStateException(failure);
        }
    }
}
