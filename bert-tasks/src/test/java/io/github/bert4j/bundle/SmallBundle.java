package io.github.bert4j.bundle;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bert4j.bert.Bert;
import io.github.bert4j.bert.BertConfig;
import io.github.bert4j.files.Checksum;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.sentiment.SentimentClassifier;
import io.github.bert4j.tokenize.Vocabulary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A bundle of a few kilobytes, and what someone could make of it who knows how its checksums are made. */
final class SmallBundle {
    static final List<String> FILES = List.of("bundle.json", "bert_config.json", "vocab.txt", "weights.safetensors");

    private static final ObjectMapper JSON = new ObjectMapper();

    private SmallBundle() {}

    /** Saves a classifier with random weights. */
    static void write(Path bundle, Path folder) throws IOException {
        Path checkpoint = folder.resolve("small-bert");
        try (Graph graph = new Graph(1)) {
            BertConfig config = new BertConfig(7, 4, 1, 2, 4, 8, 2, 0.1, 0.1, 0.02, BertConfig.DEFAULT_GELU);
            Vocabulary vocabulary = Vocabulary.of(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "好", "坏"));
            Bert.random(graph, config, vocabulary).save(checkpoint);
        }
        try (var classifier =
                SentimentClassifier.fromCheckpoint(checkpoint, SentimentClassifier.DEFAULTS.withMaxLength(6))) {
            classifier.save(bundle);
        }
    }

    static void zip(Path bundle, Path zip) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (String name : FILES) {
                ZipEntry entry = new ZipEntry(name);
                entry.setTime(0);
                out.putNextEntry(entry);
                Files.copy(bundle.resolve(name), out);
            }
        }
    }

    /** Changes {@code bundle.json} and puts in all checksums anew. */
    static void forge(Path bundle, Consumer<ObjectNode> change) throws IOException {
        Path file = bundle.resolve("bundle.json");
        ObjectNode manifest = (ObjectNode) JSON.readTree(file.toFile());
        ObjectNode files = manifest.putObject("files");
        for (String name : FILES.subList(1, FILES.size())) {
            files.put(name, Checksum.of(bundle.resolve(name)));
        }
        String none = "0".repeat(64);
        change.accept(manifest.put("checksum", none));
        String unsigned = JSON.writeValueAsString(manifest);
        Files.writeString(file, unsigned.replace(none, Checksum.of(unsigned.getBytes(StandardCharsets.UTF_8))));
    }
}
