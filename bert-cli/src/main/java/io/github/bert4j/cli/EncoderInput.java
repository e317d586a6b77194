package io.github.bert4j.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.bert4j.datasets.Lines;
import io.github.bert4j.files.JsonFault;
import io.github.bert4j.task.QuestionLine;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What {@code encode} reads from stdin where it is one JSON document of token ids.
 *
 * @param inputIds a row per text, of any lengths
 * @param segmentIds the same; all 0 if absent
 */
record EncoderInput(
        @JsonProperty(value = IDS, required = true) int[][] inputIds,
        @JsonProperty("segment_ids") int[][] segmentIds) {
    private static final String IDS = "input_ids";
    private static final ObjectMapper JSON = new ObjectMapper()
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /**
     * The document, if the lines are one.
     *
     * @param read gets the lines that had to be read to know it
     * @throws IOException if it is damaged
     */
    static Optional<EncoderInput> read(Lines lines, List<String> read) throws IOException {
        Optional<String> line = lines.next();
        for (; line.isPresent() && line.get().isBlank(); line = lines.next()) {
            read.add(line.get());
        }
        line.ifPresent(read::add);
        if (line.isEmpty() || !QuestionLine.isJson(line.get()) || !canBegin(line.get())) {
            return Optional.empty();
        }
        for (line = lines.next(); line.isPresent(); line = lines.next()) {
            read.add(line.get());
        }
        String text = String.join("\n", read);
        return text.contains('"' + IDS + '"') ? Optional.of(parse(text, lines.name())) : Optional.empty();
    }

    /** Whether a line is such an object, or the first of its lines. */
    private static boolean canBegin(String line) throws IOException {
        try {
            JsonNode object = JSON.readTree(line);
            return object.has(IDS);
        } catch (JsonEOFException e) {
            return true;
        } catch (JsonProcessingException e) {
            return line.contains('"' + IDS + '"');
        }
    }

    private static EncoderInput parse(String text, String name) throws IOException {
        EncoderInput input;
        JsonNode tree = MissingNode.getInstance();
        try {
            tree = JSON.readTree(text);
            input = JSON.treeToValue(tree, EncoderInput.class);
        } catch (JsonProcessingException e) {
            throw new IOException(
                    "%s starts with { but is not {\"input_ids\":[[…]],\"segment_ids\":[[…]]}: %s"
                            .formatted(name, JsonFault.mapping(e, tree)),
                    e);
        }
        if (input.inputIds == null || input.segmentIds != null && input.segmentIds.length != input.inputIds.length) {
            throw new IOException(name + ": expected as many rows of segment_ids as of input_ids");
        }
        return input;
    }

    /** The segments of a row. */
    int[] segments(int row) {
        return segmentIds == null ? new int[inputIds[row].length] : segmentIds[row];
    }
}
