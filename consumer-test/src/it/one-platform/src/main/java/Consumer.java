import io.github.bert4j.sentiment.LabelledReview;
import io.github.bert4j.sentiment.Sentiment;
import io.github.bert4j.sentiment.SentimentClassifier;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Loader;

/** A program of someone else: it trains, saves, loads and predicts, and one platform's natives were downloaded. */
public class Consumer {

    private static final Pattern NATIVES =
            Pattern.compile(".*-((?:android|ios|linux|macosx|windows)-[a-z0-9_]+)(?:-.*)?\\.jar");

    public static void main(String[] arguments) throws IOException {
        Set<String> modules = modules();
        require(
                modules.containsAll(Set.of("io.github.bert4j.core", "io.github.bert4j.tasks")),
                "the library is not on the class path, which has " + modules);

        trainSaveAndLoad(Path.of(arguments[1]));

        Set<String> platforms = platforms(Path.of(arguments[0]));
        require(
                platforms.equals(Set.of(Loader.getPlatform())),
                "expected the natives of " + Loader.getPlatform() + " alone, but " + arguments[0] + " holds those of "
                        + platforms);
        System.out.println("bert4j runs on " + platforms);
    }

    private static void trainSaveAndLoad(Path checkpoint) throws IOException {
        List<LabelledReview> reviews = List.of(new LabelledReview(1, "很好"), new LabelledReview(0, "很差"));
        Path bundle = Files.createTempDirectory("consumer-").resolve("bundle");
        Sentiment before;
        try (var classifier = SentimentClassifier.fromCheckpoint(
                checkpoint, SentimentClassifier.DEFAULTS.withLearningRate(1e-3))) {
            double[] losses = classifier.fit(reviews, 10).values("loss");
            require(losses[9] < losses[0], "the loss went from " + losses[0] + " to " + losses[9]);
            before = classifier.predict("房间很好");
            classifier.save(bundle);
        }
        try (var classifier = SentimentClassifier.load(bundle)) {
            Sentiment after = classifier.predict("房间很好");
            require(after.equals(before), "a loaded bundle says " + after + " instead of " + before);
        }
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
