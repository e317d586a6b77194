package io.github.bert4j.bundle;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.bert.Bert;
import io.github.bert4j.checkpoint.NamedTensor;
import io.github.bert4j.checkpoint.SafeTensorsWriter;
import io.github.bert4j.files.PendingDirectory;
import io.github.bert4j.models.Model;
import io.github.bert4j.tokenize.Tokenization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
     * @param task its name
     * @param head the task's own settings, a record that Jackson can write
     * @throws IOException if the target exists and is no bundle, or cannot be written; what was there is left as it was
     */
    public static void write(
            Path directory,
            String task,
            Object head,
            Tokenization tokenization,
            TrainedWith training,
            Bert bert,
            Model model)
            throws IOException {
        requireFree(directory);
        try (PendingDirectory pending = PendingDirectory.replacing(directory)) {
            Path temporary = pending.path();
            bert.config().save(temporary.resolve(Bundle.CONFIG));
            bert.vocabulary().save(temporary.resolve(Bundle.VOCABULARY));
            saveWeights(model, temporary.resolve(Bundle.WEIGHTS));
            Map<String, String> files = new TreeMap<>();
            for (String name : Bundle.FILES) {
                files.put(name, Checksum.of(temporary.resolve(name)));
            }
            Manifest manifest = new Manifest(
                    Manifest.FORMAT_VERSION,
                    task,
                    JSON.valueToTree(head),
                    TokenizerSettings.of(tokenization),
                    training,
                    bert.config().gelu(),
                    files,
                    Manifest.NO_CHECKSUM);
            byte[] unsigned = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest);
            String signed =
                    new String(unsigned, StandardCharsets.UTF_8).replace(Manifest.NO_CHECKSUM, Checksum.of(unsigned));
            Files.writeString(temporary.resolve(Manifest.FILE_NAME), signed);
            pending.commit();
        }
    }

    /** Names and shapes alone: a bundle's task says how they are connected, also in versions to come. */
    private static void saveWeights(Model model, Path file) throws IOException {
        model.graph().reading(() -> {
            SafeTensorsWriter.writeChecked(
                    file,
                    Map.of(),
                    model.weights().stream()
                            .map(weight -> NamedTensor.ofFloats(
                                    weight.name(), weight.shape().sizes(), weight::view))
                            .toList());
            return null;
        });
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

    private static boolean isEmptyDirectory(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return false;
        }
        try (var entries = Files.list(path)) {
            return entries.findAny().isEmpty();
        }
    }
}
