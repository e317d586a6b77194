package io.github.bert4j.bundle;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.bert4j.kernels.Gelu;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * {@code bundle.json}.
 *
 * @param formatVersion 1, 2 where weights are rounded to 8 bits, or 3 where they are an adapter's and a head's alone; raised when
 *     an older library could misread a bundle
 * @param task what the bundle was trained for
 * @param head the task's own settings, such as labels and thresholds
 * @param tokenizer how texts are read; null in bundles from before it was kept, where the task tells
 * @param training how the model was trained; null in bundles from before it was kept
 * @param gelu which function the config's "gelu" means
 * @param adapter how the base is adapted, and which it is; null for a bundle that holds its own BERT
 * @param files SHA-256 of every other file, by name
 * @param checksum SHA-256 of this file with this value's digits set to 0
 */
record Manifest(
        @JsonProperty(required = true) int formatVersion,
        @JsonProperty(required = true) String task,
        @JsonProperty(required = true) JsonNode head,
        @JsonInclude(JsonInclude.Include.NON_NULL) TokenizerSettings tokenizer,
        @JsonInclude(JsonInclude.Include.NON_NULL) TrainedWith training,
        @JsonProperty(required = true) Gelu gelu,
        @JsonInclude(JsonInclude.Include.NON_NULL) AdapterSettings adapter,
        @JsonProperty(required = true) Map<String, String> files,
        @JsonProperty(required = true) String checksum) {
    static final String FILE_NAME = "bundle.json";
    static final String VERSION_FIELD = "formatVersion";
    static final int FORMAT_VERSION = 1;
    static final int INT8_VERSION = 2;
    static final int ADAPTER_VERSION = 3;
    static final String NO_CHECKSUM = "0".repeat(64);

    Manifest {
        if (Stream.of(task, head, gelu, files, checksum).anyMatch(Objects::isNull)
                || files.values().stream().anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException("something in it is null");
        }
        if ((adapter != null) != (formatVersion == ADAPTER_VERSION)) {
            throw new IllegalArgumentException(
                    "format version %d %s an adapter".formatted(formatVersion, adapter == null ? "without" : "with"));
        }
    }
}
