package io.github.bert4j.bundle;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.bert.Adapter;
import io.github.bert4j.bert.Bert;
import io.github.bert4j.files.Checksum;
import io.github.bert4j.files.PendingDirectory;
import io.github.bert4j.files.PendingFile;
import io.github.bert4j.files.TemporaryDirectory;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.kernels.Precision;
import io.github.bert4j.models.Model;
import io.github.bert4j.tokenize.Tokenization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Saves a trained model as a directory that {@link Bundle} loads. */
public final class BundleWriter {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Files in a message. */
    private static final int NAMED = 5;

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
        Optional<Weight> diverged = model.nonFiniteWeight();
        if (diverged.isPresent()) {
            throw new IOException(
                    "The model is not saved as %s, since its weight %s holds NaN or an infinity: the training diverged; try a lower learning rate, or gradients clipped to a norm"
                            .formatted(directory, diverged.get().name()));
        }
        try (PendingDirectory pending = PendingDirectory.replacing(directory)) {
            Path temporary = pending.path();
            bert.config().save(temporary.resolve(Bundle.CONFIG));
            if (bert.adapter().isEmpty()) { // whose base has them
                bert.vocabulary().save(temporary.resolve(Bundle.VOCABULARY));
                if (bert.ownTokenizer().isPresent()) {
                    bert.ownTokenizer().get().save(temporary);
                }
            }
            model.saveValues(temporary.resolve(Bundle.WEIGHTS), weight -> !bert.isBase(weight));
            Map<String, String> files = new TreeMap<>();
            for (Path file : PendingDirectory.files(temporary)) {
                files.put(file.getFileName().toString(), Checksum.of(file));
            }
            Manifest manifest = new Manifest(
                    version(bert, model),
                    task,
                    JSON.valueToTree(head),
                    TokenizerSettings.of(tokenization),
                    training,
                    bert.config().gelu(),
                    bert.adapter().map(adapter -> adapter(adapter, bert)).orElse(null),
                    files,
                    Manifest.NO_CHECKSUM);
            byte[] unsigned = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest);
            String signed =
                    new String(unsigned, StandardCharsets.UTF_8).replace(Manifest.NO_CHECKSUM, Checksum.of(unsigned));
            PendingFile.write(temporary.resolve(Manifest.FILE_NAME), signed.getBytes(StandardCharsets.UTF_8));
            pending.commit();
        }
    }

    private static int version(Bert bert, Model model) {
        if (bert.adapter().isPresent()) {
            return Manifest.ADAPTER_VERSION;
        }
        boolean rounded = model.graph().kernels().precision() == Precision.INT8;
        return rounded ? Manifest.INT8_VERSION : Manifest.FORMAT_VERSION;
    }

    private static AdapterSettings adapter(Adapter adapter, Bert bert) {
        String path = bert.origin()
                .filter(origin -> !TemporaryDirectory.holds(origin))
                .map(origin -> origin.toAbsolutePath().normalize().toString())
                .orElse("");
        return AdapterSettings.of(adapter.settings(), bert.checksum(), path);
    }

    /**
     * Checks before hours of training what {@link #write} would check after them.
     *
     * @throws IOException if the target exists and holds anything but a bundle's files
     */
    public static void requireFree(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            if (Files.exists(directory)) {
                throw new IOException(directory + " is a file, expected a directory: choose another place");
            }
            return;
        }
        List<String> names = PendingDirectory.files(directory).stream()
                .map(file -> file.getFileName().toString())
                .toList();
        List<String> others = names.stream()
                .filter(name -> !name.equals(Manifest.FILE_NAME)
                        && !Bundle.FILES.contains(name)
                        && !Bundle.TOKENIZER_FILES.contains(name))
                .toList();
        if (!others.isEmpty()) {
            throw new IOException(
                    "%s holds %s%s: expected nothing but a bundle's files, which may be replaced; choose another place, or move the others"
                            .formatted(
                                    directory,
                                    String.join(", ", others.subList(0, Math.min(NAMED, others.size()))),
                                    others.size() > NAMED ? " …" : ""));
        }
        if (!names.isEmpty() && !ManifestFile.isManifest(directory.resolve(Manifest.FILE_NAME))) {
            throw new IOException(
                    directory
                            + " exists and is not a bundle, without a bundle.json of this library: choose another place, or remove it first");
        }
    }
}
