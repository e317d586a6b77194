package io.github.bert4j.similarity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.files.JsonFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a directory of sentence-transformers says of how vectors are made of tokens.
 *
 * <p>Source: {@code modules.json} and {@code 1_Pooling/config.json} of UKPLab/sentence-transformers.
 */
final class SentenceTransformerFiles {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PREFIX = "pooling_mode_";
    private static final Map<String, Pooling> KNOWN =
            Map.of("cls_token", Pooling.CLS, "mean_tokens", Pooling.MEAN, "max_tokens", Pooling.MAX);

    private final Path directory;

    SentenceTransformerFiles(Path directory) {
        this.directory = directory;
    }

    /** The pooling; empty where there is no such file, or it asks for another one. */
    Optional<Pooling> pooling() throws IOException {
        return pooling(modes());
    }

    private static Optional<Pooling> pooling(List<String> modes) {
        return modes.size() == 1 ? Optional.ofNullable(KNOWN.get(modes.get(0))) : Optional.empty();
    }

    /**
     * What of the files is not done.
     *
     * @param used the pooling that is
     */
    List<String> unheeded(Pooling used) throws IOException {
        List<String> unheeded = new ArrayList<>();
        List<String> modes = modes();
        if (!modes.isEmpty() && !pooling(modes).equals(Optional.of(used))) {
            unheeded.add("%s says pooling %s, but %s is used"
                    .formatted(file(), String.join(" and ", modes), used.name().toLowerCase(Locale.ROOT)));
        }
        Path modules = directory.resolve("modules.json");
        for (JsonNode module : read(modules)) {
            String type = module.path("type").asText();
            if (type.endsWith(".Normalize")) {
                unheeded.add(
                        modules + " has vectors divided by their length, which is left to Normalization.L2, or --l2");
            } else if (!type.endsWith(".Transformer") && !type.endsWith(".Pooling")) {
                unheeded.add("%s has a module %s, which is left out: vectors differ from those of sentence-transformers"
                        .formatted(modules, type));
            }
        }
        return unheeded;
    }

    private List<String> modes() throws IOException {
        List<String> modes = new ArrayList<>();
        read(file()).properties().forEach(field -> {
            if (field.getKey().startsWith(PREFIX) && field.getValue().asBoolean()) {
                modes.add(field.getKey().substring(PREFIX.length()));
            }
        });
        return modes;
    }

    private Path file() {
        return directory.resolve("1_Pooling").resolve("config.json");
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
