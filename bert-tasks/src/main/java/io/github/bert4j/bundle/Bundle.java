package io.github.bert4j.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.bert4j.bert.AdapterValues;
import io.github.bert4j.bert.Bert;
import io.github.bert4j.bert.BertConfig;
import io.github.bert4j.bert.LowRank;
import io.github.bert4j.checkpoint.SafeTensors;
import io.github.bert4j.checkpoint.TensorSource;
import io.github.bert4j.files.Checksum;
import io.github.bert4j.files.JsonFault;
import io.github.bert4j.files.PendingDirectory;
import io.github.bert4j.files.TemporaryDirectory;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.models.LoadOptions;
import io.github.bert4j.models.LoadedWeights;
import io.github.bert4j.models.Model;
import io.github.bert4j.tokenize.Tokenization;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A saved model: a directory, or a zip of its files, with {@code bundle.json}, {@code bert_config.json},
 * {@code vocab.txt} and {@code weights.safetensors}, and {@code tokenizer.json} where BERT's tokenizers are not meant. All checksums are verified when it is opened.
 */
public final class Bundle implements Closeable {
    static final String CONFIG = BertConfig.FILE_NAME;
    static final String VOCABULARY = "vocab.txt";
    static final String WEIGHTS = "weights.safetensors";
    static final List<String> FILES = List.of(CONFIG, VOCABULARY, WEIGHTS);
    /** Of a model whose base has the others. */
    static final List<String> ADAPTER_FILES = List.of(CONFIG, WEIGHTS);
    /** Of models whose checkpoint had a tokenizer of its own. */
    static final List<String> TOKENIZER_FILES = List.of("tokenizer.json", "tokenizer_config.json");

    private final Path path;
    private final Path directory;
    private final Optional<TemporaryDirectory> unzipped;
    private final Manifest manifest;
    private final Optional<Path> base;
    private final boolean merged;

    private Bundle(Path path, Path directory, Optional<TemporaryDirectory> unzipped, Manifest manifest) {
        this(path, directory, unzipped, manifest, Optional.empty(), false);
    }

    private Bundle(
            Path path,
            Path directory,
            Optional<TemporaryDirectory> unzipped,
            Manifest manifest,
            Optional<Path> base,
            boolean merged) {
        this.path = path;
        this.directory = directory;
        this.unzipped = unzipped;
        this.manifest = manifest;
        this.base = base;
        this.merged = merged;
    }

    /**
     * Opens a bundle and verifies every file in it.
     *
     * @param path a directory, or a zip file; if a save was stopped while it replaced the bundle here, the old one is read
     * @throws BundleException if a file is missing or damaged, or a newer version of this library wrote it
     */
    public static Bundle open(Path path) throws IOException {
        if (!Files.exists(path)) {
            return read(PendingDirectory.setAside(path)
                    .orElseThrow(() -> new BundleException(path, "there is no such file or directory")));
        }
        if (Files.isDirectory(path)) {
            PendingDirectory.finish(path);
        }
        return read(path);
    }

    private static Bundle read(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return new Bundle(path, path, Optional.empty(), checked(path, path));
        }
        TemporaryDirectory unzipped = TemporaryDirectory.create("bert4j-bundle-");
        boolean usable = false;
        try {
            ZippedBundle.unzip(path, unzipped.path());
            Bundle bundle = new Bundle(path, unzipped.path(), Optional.of(unzipped), checked(path, unzipped.path()));
            usable = true;
            return bundle;
        } finally {
            if (!usable) {
                unzipped.close();
            }
        }
    }

    private static Manifest checked(Path path, Path directory) throws IOException {
        Manifest manifest = ManifestFile.read(path, directory.resolve(Manifest.FILE_NAME));
        Set<String> own = new HashSet<>(manifest.files().keySet());
        TOKENIZER_FILES.forEach(own::remove);
        List<String> expected = manifest.adapter() == null ? FILES : ADAPTER_FILES;
        if (!own.equals(Set.copyOf(expected))) {
            throw new BundleException(path, "it lists files " + manifest.files().keySet() + ", expected " + expected);
        }
        for (Map.Entry<String, String> file : manifest.files().entrySet()) {
            Path content = directory.resolve(file.getKey());
            if (!Files.isRegularFile(content)) {
                throw new BundleException(path, file.getKey() + " is missing");
            }
            if (!Checksum.of(content).equals(file.getValue())) {
                throw new BundleException(
                        path, file.getKey() + " is damaged: its SHA-256 is not the one in " + Manifest.FILE_NAME);
            }
        }
        return manifest;
    }

    /** Whether a path is that of a bundle rather than of a checkpoint: a directory with {@code bundle.json}, or a zip file. */
    public static boolean isBundle(Path path) {
        return PendingDirectory.has(path, Manifest.FILE_NAME)
                || Files.isRegularFile(path) && path.toString().endsWith(".zip");
    }

    /** The name of what it was trained for, see {@code TaskType}. */
    public String task() {
        return manifest.task();
    }

    /**
     * The task's own settings.
     *
     * @throws BundleException if the bundle is of another task, or its settings are not of this type
     */
    public <T> T head(String expected, Class<T> type) throws BundleException {
        if (!task().equals(expected)) {
            throw new BundleException(path, "it was trained for %s, expected %s".formatted(task(), expected));
        }
        try {
            T head = ManifestFile.JSON.treeToValue(manifest.head(), type);
            if (head == null) {
                throw new BundleException(path, "its head is malformed: null, expected an object");
            }
            requireSameLists(manifest.head(), ManifestFile.JSON.valueToTree(head), "head");
            return head;
        } catch (JsonProcessingException e) {
            throw new BundleException(path, "its head is malformed: " + JsonFault.mapping(e, manifest.head()), e);
        }
    }

    /** A set reads what is there twice without a word. */
    private void requireSameLists(JsonNode written, JsonNode read, String place) throws BundleException {
        if (written.isArray() && read.isArray() && written.size() != read.size()) {
            throw new BundleException(path, "its %s lists something twice".formatted(place));
        }
        for (Map.Entry<String, JsonNode> field : written.properties()) {
            requireSameLists(field.getValue(), read.path(field.getKey()), place + "." + field.getKey());
        }
    }

    /** How the model reads texts; empty in bundles from before that was kept, which read them as their task did then. */
    public Optional<Tokenization> tokenization() {
        return Optional.ofNullable(manifest.tokenizer()).map(TokenizerSettings::tokenization);
    }

    /** Whether its weights are rounded to 8 bits, to predict in {@link io.github.bert4j.kernels.Precision#INT8}. */
    public boolean isInt8() {
        return manifest.formatVersion() == Manifest.INT8_VERSION;
    }

    /** How the model was trained; empty in bundles from before that was kept. */
    public Optional<TrainedWith> training() {
        return Optional.ofNullable(manifest.training());
    }

    /** How its base is adapted; empty for a bundle that holds its own BERT. */
    public Optional<LowRank> adapter() {
        return Optional.ofNullable(manifest.adapter()).map(AdapterSettings::lowRank);
    }

    /** SHA-256 of the weights of an adapter's base, see {@link Bert#checksum}; empty for a bundle that has none. */
    public String baseChecksum() {
        return manifest.adapter() == null ? "" : manifest.adapter().base();
    }

    /** Where the base of an adapter is taken from; empty for one that has none, or whose base lay nowhere to stay. */
    public Optional<Path> base() {
        return base.or(() -> Optional.ofNullable(manifest.adapter())
                .map(AdapterSettings::basePath)
                .filter(known -> !known.isEmpty())
                .map(Path::of));
    }

    /**
     * The same bundle of an adapter, whose base is elsewhere than it was in training.
     *
     * @param elsewhere a checkpoint or a bundle with the same weights
     */
    public Bundle on(Path elsewhere) {
        return new Bundle(path, directory, unzipped, manifest, Optional.of(elsewhere), merged);
    }

    /** The same bundle, of whose model the adapter is merged into the base: it is computed as fast as any other model. */
    public Bundle merged() {
        return new Bundle(path, directory, unzipped, manifest, base, true);
    }

    /**
     * Adapts a BERT that is in memory as this bundle's model is; what was learned comes with {@link #loadWeights}.
     *
     * @param checksum the BERT's, see {@link Bert#checksum}
     * @throws BundleException if it is not the base of this bundle
     */
    public Bert adapt(Bert bert, String checksum) throws BundleException {
        bert.adapt(settings(bert, checksum));
        return bert;
    }

    /** How a BERT is adapted that is the base of this bundle. */
    private LowRank settings(Bert bert, String checksum) throws BundleException {
        AdapterSettings settings = manifest.adapter();
        if (settings == null) {
            throw new BundleException(
                    path, "it holds a BERT of its own, expected an adapter, as train --lora makes it");
        }
        if (!checksum.equals(settings.base()) || bert.config().gelu() != manifest.gelu()) {
            throw new BundleException(
                    path,
                    "it adapts another base than %s, whose weights have SHA-256 %s and which computes GELU by %s: expected %s and %s"
                            .formatted(
                                    bert.origin().map(Path::toString).orElse("this"),
                                    checksum,
                                    bert.config().gelu(),
                                    settings.base(),
                                    manifest.gelu()));
        }
        return settings.lowRank();
    }

    private Bert adapted(Graph graph) throws IOException {
        Bert bert = base(graph);
        if (!merged) {
            return adapt(bert, bert.checksum());
        }
        LowRank settings = settings(bert, bert.checksum());
        try (TensorSource weights = SafeTensors.open(directory.resolve(WEIGHTS))) {
            AdapterValues.read(weights, settings, config()).mergeInto(bert);
        }
        return bert;
    }

    /**
     * The base of an adapter.
     *
     * @throws BundleException if it is not where it was
     */
    public Bert base(Graph graph) throws IOException {
        Path from = base().orElseThrow(() -> new BundleException(
                path,
                "its base, whose weights have SHA-256 %s, lay in a temporary directory: expected to be told where it is, as by --base"
                        .formatted(manifest.adapter().base())));
        if (!Files.exists(from)) {
            throw new BundleException(
                    path,
                    "its base %s, whose weights have SHA-256 %s, is not there: put it back, or tell where it is, as by --base"
                            .formatted(from, manifest.adapter().base()));
        }
        if (isBundle(from)) {
            try (Bundle bundle = open(from)) {
                return bundle.trainedBert(graph);
            }
        }
        return Bert.load(graph, from, config());
    }

    /**
     * Builds BERT as the bundle's configuration says; its weights come with {@link #loadWeights}. That of an adapter comes
     * with the weights of its base.
     *
     * @throws IOException if the files do not fit each other
     */
    public Bert bert(Graph graph) throws IOException {
        if (manifest.adapter() != null) {
            return adapted(graph);
        }
        try (TensorSource weights = SafeTensors.open(directory.resolve(WEIGHTS))) {
            return Bert.blank(graph, config(), directory, weights);
        }
    }

    /** BERT alone with the weights that the bundle has of it, for models with other heads. */
    public Bert trainedBert(Graph graph) throws IOException {
        if (manifest.adapter() != null) {
            return merged().adapted(graph);
        }
        return Bert.load(graph, directory, config());
    }

    /** The complaint that the bundle, though undamaged, asks for what cannot be. */
    public BundleException unusable(IllegalArgumentException why) {
        return new BundleException(path, why.getMessage(), why);
    }

    /** Loads the weights of the model with its heads. */
    public void loadWeights(Model model) throws IOException {
        Path file = directory.resolve(WEIGHTS);
        boolean adapts = model.weights().stream().anyMatch(weight -> AdapterValues.isPart(weight.name()));
        if (manifest.adapter() == null && !adapts) {
            model.loadWeights(file);
            return;
        }
        LoadedWeights loaded = model.loadWeights(file, LoadOptions.byName());
        Set<String> missing = new TreeSet<>(loaded.missing());
        boolean begun = manifest.adapter() != null;
        missing.removeIf(name -> begun ? isOfBase(name) : AdapterValues.isPart(name));
        Set<String> skipped = new TreeSet<>(loaded.skipped().keySet());
        skipped.removeIf(name -> merged && AdapterValues.isPart(name));
        if (!missing.isEmpty() || !skipped.isEmpty()) {
            throw new BundleException(path, "its weights lack %s and have %s besides".formatted(missing, skipped));
        }
    }

    private static boolean isOfBase(String weight) {
        return weight.startsWith("bert/") && !AdapterValues.isPart(weight);
    }

    /** Removes what was unpacked from a zip. */
    @Override
    public void close() throws IOException {
        if (unzipped.isPresent()) {
            unzipped.get().close();
        }
    }

    /** The configuration of its BERT. */
    public BertConfig config() throws IOException {
        return BertConfig.load(directory.resolve(CONFIG)).withGelu(manifest.gelu());
    }
}
