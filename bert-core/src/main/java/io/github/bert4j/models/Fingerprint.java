package io.github.bert4j.models;

import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.IntValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.data.Values;
import io.github.bert4j.files.Checksum;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Whether a state belongs to a training: texts about data and options that must be equal, by what they are about. */
record Fingerprint(Map<String, String> texts) {
    private static final String PREFIX = "run: ";

    Fingerprint {
        texts = new TreeMap<>(texts);
    }

    /** That of a state's metadata. */
    static Fingerprint of(Map<String, String> metadata) {
        Map<String, String> texts = new TreeMap<>();
        metadata.forEach((key, value) -> {
            if (key.startsWith(PREFIX)) {
                texts.put(key.substring(PREFIX.length()), value);
            }
        });
        return new Fingerprint(texts);
    }

    /** Every sample's arrays, in order. */
    static String of(Dataset dataset) {
        MessageDigest digest = Checksum.sha256();
        dataset.samples().forEach(sample -> update(digest, sample));
        return "%d rows, SHA-256 %s".formatted(dataset.size(), Checksum.digits(digest.digest()));
    }

    /** To be kept in a state. */
    Map<String, String> metadata() {
        Map<String, String> metadata = new TreeMap<>();
        texts.forEach((key, value) -> metadata.put(PREFIX + key, value));
        return metadata;
    }

    /** A line for everything that differs. */
    List<String> differences(Fingerprint other) {
        List<String> differences = new ArrayList<>();
        Stream.concat(texts.keySet().stream(), other.texts().keySet().stream())
                .distinct()
                .sorted()
                .forEach(key -> {
                    String mine = texts.getOrDefault(key, "none");
                    String theirs = other.texts().getOrDefault(key, "none");
                    if (!mine.equals(theirs)) {
                        differences.add("%s: %s in the state, %s now".formatted(key, mine, theirs));
                    }
                });
        return differences;
    }

    private static void update(MessageDigest digest, Sample sample) {
        Stream.concat(sample.inputs().stream(), sample.labels().stream()).forEach(values -> update(digest, values));
        if (sample.weight() != 1) {
            digest.update(
                    ByteBuffer.allocate(Float.BYTES).putFloat(sample.weight()).flip());
        }
    }

    private static void update(MessageDigest digest, Values values) {
        int[] shape = values.shape();
        int count = Values.elements(shape);
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(Integer.BYTES, shape.length + count));
        Arrays.stream(shape).forEach(bytes::putInt);
        if (values instanceof IntValues ints) {
            Arrays.stream(ints.values()).forEach(bytes::putInt);
        } else if (values instanceof FloatValues floats) {
            for (float value : floats.values()) {
                bytes.putFloat(value);
            }
        }
        digest.update(bytes.flip());
    }
}
