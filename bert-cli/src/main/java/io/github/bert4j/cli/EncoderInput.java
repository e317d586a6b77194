package io.github.bert4j.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.datasets.Lines;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@code encode} reads from stdin, when it is JSON.
 *
 * @param inputIds a row per text, of any lengths
 * @param segmentIds the same; all 0 if absent
 */
record EncoderInput(
        @JsonProperty(value = "input_ids", required = true) int[][] inputIds,
        @JsonProperty("segment_ids") int[][] segmentIds) {
    private static final ObjectMapper JSON = new ObjectMapper()
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** Takes the encoded texts, one by one. */
    @FunctionalInterface
    interface Sink {
        void accept(EncodedText text) throws IOException;
    }

    /** Encodes all input: JSON if its first character that is not blank is an opening brace, else a text per line. */
    static void read(Lines lines, TextEncoder encoder, Sink sink) throws IOException {
        List<String> start = new ArrayList<>();
        Optional<String> line = lines.next();
        for (; line.isPresent() && line.get().isBlank(); line = lines.next()) {
            start.add(line.get());
        }
        if (line.isPresent() && line.get().stripLeading().startsWith("{")) {
            parse(line.get(), lines).encode(encoder, sink);
            return;
        }
        for (String blank : start) {
            sink.accept(encoder.encode(blank));
        }
        for (; line.isPresent(); line = lines.next()) {
            try {
                sink.accept(encoder.encode(line.get()));
            } catch (IllegalArgumentException e) {
                throw new IOException("%s, line %d: %s".formatted(lines.name(), lines.number(), e.getMessage()), e);
            }
        }
    }

    private static EncoderInput parse(String first, Lines lines) throws IOException {
        StringBuilder text = new StringBuilder(first);
        for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
            text.append('\n').append(line.get());
        }
        try {
            return JSON.readValue(text.toString(), EncoderInput.class);
        } catch (JsonProcessingException e) {
            throw new IOException(
                    "%s starts with { but is not {\"input_ids\":[[…]],\"segment_ids\":[[…]]}: %s"
                            .formatted(lines.name(), e.getOriginalMessage()),
                    e);
        }
    }

    private void encode(TextEncoder encoder, Sink sink) throws IOException {
        if (inputIds == null || segmentIds != null && segmentIds.length != inputIds.length) {
            throw new IOException("stdin: expected as many rows of segment_ids as of input_ids");
        }
        for (int i = 0; i < inputIds.length; i++) {
            try {
                int[] segments = segmentIds == null ? new int[inputIds[i].length] : segmentIds[i];
                sink.accept(encoder.encode(inputIds[i], segments));
            } catch (IllegalArgumentException e) {
                throw new IOException("stdin, row %d: %s".formatted(i, e.getMessage()), e);
            }
        }
    }
}
