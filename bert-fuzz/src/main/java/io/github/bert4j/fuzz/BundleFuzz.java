package io.github.bert4j.fuzz;

import io.github.bert4j.bert.CheckpointMismatchException;
import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.bundle.BundleException;
import io.github.bert4j.checkpoint.NamedTensor;
import io.github.bert4j.checkpoint.SafeTensorsWriter;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.kernels.Precision;
import io.github.bert4j.models.WeightMismatchException;
import io.github.bert4j.task.TaskType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The readers of a bundle's {@code bundle.json} and {@code bert_config.json}, and what tasks make of them.
 *
 * <p>The target puts in the checksums, as whoever crafts a bundle can.
 */
public final class BundleFuzz {
    private static final Input INPUT = Input.inTemporaryFolder();
    private static final String SEPARATOR = "\n--\n";
    private static final String VOCABULARY = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n";
    private static final byte[] WEIGHTS = weights();

    private BundleFuzz() {}

    /** Loads the native libraries, which takes longer than any file may. */
    public static void fuzzerInitialize() {
        new Graph(1).close();
    }

    /** The input: {@code bert_config.json}, a line with two hyphens, {@code bundle.json} with words for the checksums. */
    public static void fuzzerTestOneInput(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        int separator = text.indexOf(SEPARATOR);
        if (separator < 0) {
            return;
        }
        byte[] config = utf8(text.substring(0, separator));
        String unsigned = text.substring(separator + SEPARATOR.length())
                .replace("@config", sha256(config))
                .replace("@vocab", sha256(utf8(VOCABULARY)))
                .replace("@weights", sha256(WEIGHTS))
                .replace("@self", "0".repeat(64));
        INPUT.write("bert_config.json", config);
        INPUT.write("vocab.txt", utf8(VOCABULARY));
        INPUT.write("weights.safetensors", WEIGHTS);
        INPUT.write("bundle.json", utf8(unsigned.replace("0".repeat(64), sha256(utf8(unsigned)))));
        INPUT.read(
                BundleFuzz::load,
                // As Bert.load says of a configuration, and Model.loadWeights of weights.
                List.of(
                        BundleException.class,
                        IOException.class,
                        CheckpointMismatchException.class,
                        WeightMismatchException.class));
    }

    private static void load() throws IOException {
        try (Bundle bundle = Bundle.open(INPUT.folder())) {
            TaskType.of(bundle).load(bundle, Precision.FLOAT32).close();
        }
    }

    private static byte[] weights() {
        try {
            var file = INPUT.folder().resolve("weights.safetensors");
            SafeTensorsWriter.write(
                    file,
                    Map.of(),
                    List.of(NamedTensor.ofFloats("bert/embeddings/word_embeddings", List.of(6L, 2L), new float[12])));
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
