package io.github.bert4j.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;

/**
 * How far training has come, besides the arrays: text within its state's file.
 *
 * @param epoch the one under way or next, from 1
 * @param begun whether it has begun
 * @param order what decides the order of its samples
 * @param batches of it that are done
 * @param samples of it that are done
 * @param steps of it that are done
 * @param stopped whether a callback let the last step be the last one
 * @param sums of what is measured in it
 * @param history of the epochs before
 * @param callbacks what they remember, in their order
 */
record Progress(
        int epoch,
        boolean begun,
        long order,
        int batches,
        int samples,
        int steps,
        boolean stopped,
        Measurement.Sums sums,
        List<History.Epoch> history,
        List<Remembered> callbacks) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What a callback remembers, except for the values of weights.
     *
     * @param weights the names of those that it has values of
     */
    record Remembered(String what, Map<String, Double> numbers, List<String> weights) {}

    static Progress parse(String text) throws JsonProcessingException {
        return JSON.readValue(text, Progress.class);
    }

    String text() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Numbers and texts can be written as JSON", e);
        }
    }
}
