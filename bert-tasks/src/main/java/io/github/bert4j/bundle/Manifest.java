package io.github.bert4j.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.bert4j.ops.Gelu;
import java.util.Map;

/**
 * {@code bundle.json}.
 *
 * @param formatVersion raised when an older library could misread a bundle
 * @param task what the bundle was trained for
 * @param head the task's own settings, such as labels and thresholds
 * @param gelu which function the config's "gelu" means
 * @param files SHA-256 of every other file, by name
 * @param checksum SHA-256 of this file with this value's digits set to 0
 */
record Manifest(
        @JsonProperty(required = true) int formatVersion,
        @JsonProperty(required = true) Task task,
        @JsonProperty(required = true) JsonNode head,
        @JsonProperty(required = true) Gelu gelu,
        @JsonProperty(required = true) Map<String, String> files,
        @JsonProperty(required = true) String checksum) {
    static final String FILE_NAME = "bundle.json";
    static final String VERSION_FIELD = "formatVersion";
    static final int FORMAT_VERSION = 1;
    static final String NO_CHECKSUM = "0".repeat(64);
}
