package io.github.bert4j.similarity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bert4j.bert.Bert;
import io.github.bert4j.files.JsonFault;
import io.github.bert4j.files.PendingFile;
import io.github.bert4j.tokenize.Tokenization;
import io.github.bert4j.tokenize.Tokenization.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a directory of sentence-transformers says of how vectors are made of tokens: {@code modules.json}, {@code
 * 1_Pooling/config.json}, {@code sentence_bert_config.json} and {@code config_sentence_transformers.json}.
 *
 * <p>Source: {@code sentence_transformer/model.py} and {@code modules} of UKPLab/sentence-transformers 6.0, and {@code models} of
 * its earlier versions, whose files have other fields.
 */
final class SentenceTransformerFiles {
    static final String MODULES = "modules.json";
    private static final String PROMPTS = "config_sentence_transformers.json";
    private static final String LENGTH = "sentence_bert_config.json";
    private static final String CONFIG = "config.json";
    private static final String POOLING = "1_Pooling";
    private static final String NORMALIZE = "2_Normalize";
    private static final String PREFIX = "pooling_mode_";
    private static final Set<String> KNOWN_MODULES = Set.of("Transformer", "Pooling", "Normalize");
    private static final int SPECIAL_TOKENS = 2;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, Pooling> KNOWN = Map.of(
            "cls_token", Pooling.CLS,
            "mean_tokens", Pooling.MEAN,
            "max_tokens", Pooling.MAX,
            "cls", Pooling.CLS,
            "mean", Pooling.MEAN,
            "max", Pooling.MAX);

    private final Path directory;

    SentenceTransformerFiles(Path directory) {
        this.directory = directory;
    }

    /** Whether there are any, beside a checkpoint. */
    boolean exist() {
        return Files.exists(directory.resolve(MODULES));
    }

    /** The pooling; empty where there is no such file, or it asks for another one. */
    Optional<Pooling> pooling() throws IOException {
        return pooling(modes());
    }

    private static Optional<Pooling> pooling(List<String> modes) {
        return modes.size() == 1 ? Optional.ofNullable(KNOWN.get(modes.get(0))) : Optional.empty();
    }

    /**
     * What the files describe.
     *
     * @param longest as many tokens as are read where they do not tell
     * @throws IOException if they are damaged, or ask for what is not done here
     */
    SimilarityTask.Head head(int longest) throws IOException {
        for (Module module : modules()) {
            if (!KNOWN_MODULES.contains(module.kind())) {
                throw refused(MODULES, "a module " + module.kind(), "Transformer, Pooling and Normalize");
            }
        }
        Pooling pooling = pooling()
                .orElseThrow(() -> refused(POOLING + "/" + CONFIG, "another pooling", "one of cls, mean and max"));
        if (!read(poolingFile()).path("include_prompt").asBoolean(true)) {
            throw refused(POOLING + "/" + CONFIG, "prompts left out of the pooling", "include_prompt to be true");
        }
        Map<String, String> prompts = prompts();
        String standard =
                read(directory.resolve(PROMPTS)).path("default_prompt_name").asText("");
        boolean normalized = modules().stream().anyMatch(module -> module.kind().equals("Normalize"));
        return new SimilarityTask.Head(
                pooling,
                maxLength().orElse(longest),
                PairLoss.COSENT,
                0,
                normalized,
                prompts,
                prompts.containsKey(standard) ? standard : "");
    }

    /** Those that are not empty. */
    private Map<String, String> prompts() throws IOException {
        Map<String, String> prompts = new LinkedHashMap<>();
        for (var field : read(directory.resolve(PROMPTS)).path("prompts").properties()) {
            prompts.put(field.getKey(), field.getValue().asText());
        }
        prompts.values().removeIf(String::isEmpty);
        return prompts;
    }

    /** Where the encoder's own files are. */
    Path checkpoint() throws IOException {
        String path = modules().stream()
                .filter(module -> module.kind().equals("Transformer"))
                .findFirst()
                .map(Module::path)
                .orElse("");
        Path checkpoint = directory.resolve(path).normalize();
        if (!checkpoint.startsWith(directory.normalize())) {
            throw refused(MODULES, "a Transformer at \"" + path + "\"", "a place in this directory");
        }
        return checkpoint;
    }

    /**
     * What of the files is not done.
     *
     * @param used what is done
     */
    List<String> unheeded(SimilarityTask.Head used) throws IOException {
        List<String> unheeded = new ArrayList<>();
        List<String> modes = modes();
        if (!modes.isEmpty() && !pooling(modes).equals(Optional.of(used.pooling()))) {
            unheeded.add("%s says pooling %s, but %s is used"
                    .formatted(
                            poolingFile(),
                            String.join(" and ", modes),
                            used.pooling().name().toLowerCase(Locale.ROOT)));
        }
        Map<String, String> prompts = prompts();
        if (!prompts.equals(used.prompts())) {
            unheeded.add("%s has prompts %s, which are not read; SentenceEncoder.fromSentenceTransformers reads them"
                    .formatted(directory.resolve(PROMPTS), prompts.keySet()));
        }
        Path file = directory.resolve(MODULES);
        for (Module module : modules()) {
            if (!KNOWN_MODULES.contains(module.kind())) {
                unheeded.add("%s has a module %s, which is left out: vectors differ from those of sentence-transformers"
                        .formatted(file, module.kind()));
            } else if (module.kind().equals("Normalize") && !used.normalized()) {
                unheeded.add(file + " has vectors divided by their length, which is left to Normalization.L2, or --l2");
            }
        }
        return unheeded;
    }

    /**
     * Writes an encoder as a directory that sentence-transformers loads.
     *
     * @throws IllegalArgumentException if it reads texts as that library does not
     */
    void write(Bert bert, Tokenization tokenization, SimilarityTask.Head head) throws IOException {
        if (tokenization.tokens() == Tokens.CHARACTERS) {
            throw new IllegalArgumentException(
                    "The encoder reads %s, which sentence-transformers does not: expected one trained with --tokenizer wordpiece or checkpoint"
                            .formatted(tokenization));
        }
        bert.saveHuggingFace(directory);
        ArrayNode modules = JSON.createArrayNode();
        modules.add(module(0, "", "Transformer"));
        modules.add(module(1, POOLING, "Pooling"));
        if (head.normalized()) {
            modules.add(module(2, NORMALIZE, "Normalize"));
            Files.createDirectories(directory.resolve(NORMALIZE));
        }
        ObjectNode pooling = JSON.createObjectNode()
                .put("word_embedding_dimension", bert.config().hiddenSize());
        for (String mode : List.of("cls_token", "mean_tokens", "max_tokens")) {
            pooling.put(PREFIX + mode, KNOWN.get(mode) == head.pooling());
        }
        ObjectNode named = JSON.createObjectNode();
        ObjectNode prompts = named.putObject("prompts");
        head.prompts().forEach(prompts::put);
        named.put("default_prompt_name", head.standardPrompt().isEmpty() ? null : head.standardPrompt());
        named.put("similarity_fn_name", "cosine");
        Files.createDirectories(directory.resolve(POOLING));
        write(POOLING + "/" + CONFIG, pooling.put("include_prompt", true));
        int length = Math.min(bert.config().longestInput(), head.maxLength() + SPECIAL_TOKENS);
        write(LENGTH, JSON.createObjectNode().put("max_seq_length", length).put("do_lower_case", false));
        write(PROMPTS, named);
        write(MODULES, modules); // the last: without it, there is none
    }

    private void write(String name, JsonNode content) throws IOException {
        PendingFile.write(
                directory.resolve(name), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(content));
    }

    private static ObjectNode module(int number, String path, String kind) {
        return JSON.createObjectNode()
                .put("idx", number)
                .put("name", Integer.toString(number))
                .put("path", path)
                .put("type", "sentence_transformers.models." + kind);
    }

    /** @param kind the last part of its type */
    private record Module(String kind, String path) {}

    private List<Module> modules() throws IOException {
        List<Module> modules = new ArrayList<>();
        for (JsonNode module : read(directory.resolve(MODULES))) {
            String type = module.path("type").asText();
            modules.add(new Module(
                    type.substring(type.lastIndexOf('.') + 1),
                    module.path("path").asText()));
        }
        return modules;
    }

    private List<String> modes() throws IOException {
        List<String> modes = new ArrayList<>();
        JsonNode config = read(poolingFile());
        JsonNode chosen = config.path("pooling_mode");
        if (chosen.isTextual()) {
            modes.add(chosen.asText());
        }
        chosen.forEach(mode -> modes.add(mode.asText()));
        config.properties().forEach(field -> {
            if (field.getKey().startsWith(PREFIX) && field.getValue().asBoolean()) {
                modes.add(field.getKey().substring(PREFIX.length()));
            }
        });
        return modes;
    }

    /** Without special tokens, which the file's counts. */
    private OptionalInt maxLength() throws IOException {
        JsonNode length = read(checkpoint().resolve(LENGTH)).path("max_seq_length");
        return length.isInt() && length.intValue() > SPECIAL_TOKENS
                ? OptionalInt.of(length.intValue() - SPECIAL_TOKENS)
                : OptionalInt.empty();
    }

    private Path poolingFile() {
        return directory.resolve(POOLING).resolve(CONFIG);
    }

    private IOException refused(String file, String received, String expected) {
        return new IOException(
                "%s has %s: expected %s; SentenceEncoder.fromCheckpoint(checkpoint, pooling, options) reads the encoder alone"
                        .formatted(directory.resolve(file), received, expected));
    }

    private static JsonNode read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return JSON.createObjectNode();
        }
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw new IOException("%s is no JSON: %s".formatted(file, JsonFault.syntax(e)), e);
        }
    }
}
