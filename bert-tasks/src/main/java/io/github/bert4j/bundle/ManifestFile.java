package io.github.bert4j.bundle;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.bert4j.files.Checksum;
import io.github.bert4j.files.JsonFault;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads {@code bundle.json}. */
final class ManifestFile {
    /** Strict: what another reader could take otherwise is refused. */
    static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();
    /** A manifest names labels at most; anything larger is not one. */
    static final long LARGEST = 16 << 20;

    private ManifestFile() {}

    /** @throws BundleException if it is missing, damaged, or of a newer version */
    static Manifest read(Path bundle, Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) > LARGEST) {
            throw new BundleException(bundle, Manifest.FILE_NAME + " is missing or far too large");
        }
        byte[] bytes = Files.readAllBytes(file);
        Manifest manifest;
        JsonNode json = MissingNode.getInstance();
        try {
            json = JSON.readTree(bytes);
            // First of all: whatever else a newer version writes may be unknown here.
            JsonNode version = json.path(Manifest.VERSION_FIELD);
            if (version.isInt()
                    && version.intValue() != Manifest.FORMAT_VERSION
                    && version.intValue() != Manifest.INT8_VERSION
                    && version.intValue() != Manifest.ADAPTER_VERSION) {
                throw new BundleException(
                        bundle,
                        "it has format version %d, expected one from %d to %d: use the version of this library that wrote it"
                                .formatted(version.intValue(), Manifest.FORMAT_VERSION, Manifest.ADAPTER_VERSION));
            }
            manifest = JSON.readerFor(Manifest.class)
                    .without(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .readValue(json);
        } catch (JsonProcessingException e) {
            throw new BundleException(bundle, Manifest.FILE_NAME + " is malformed: " + JsonFault.mapping(e, json), e);
        } catch (CharConversionException e) { // Jackson takes zeros at the start for UTF-32
            throw new BundleException(bundle, Manifest.FILE_NAME + " is malformed: " + e.getMessage(), e);
        }
        if (manifest == null) {
            throw new BundleException(bundle, Manifest.FILE_NAME + " is malformed: expected a JSON object");
        }
        if (manifest.checksum().length() != Manifest.NO_CHECKSUM.length()) {
            throw new BundleException(bundle, Manifest.FILE_NAME + " is damaged: its checksum is no SHA-256");
        }
        byte[] unsigned = new String(bytes, StandardCharsets.UTF_8)
                .replace(manifest.checksum(), Manifest.NO_CHECKSUM)
                .getBytes(StandardCharsets.UTF_8);
        if (!Checksum.of(unsigned).equals(manifest.checksum())) {
            throw new BundleException(bundle, Manifest.FILE_NAME + " is damaged: its checksum does not fit");
        }
        return manifest;
    }

    /** Whether a file is a bundle.json of this library, of whatever version; others call files so too. */
    static boolean isManifest(Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) > LARGEST) {
            return false;
        }
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(file));
            return json.has(Manifest.VERSION_FIELD) && json.has("task") && json.has("checksum");
        } catch (JsonProcessingException | CharConversionException e) {
            return false;
        }
    }
}
