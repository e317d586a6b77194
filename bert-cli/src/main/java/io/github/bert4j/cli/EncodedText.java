package io.github.bert4j.cli;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;

/**
 * One row of {@code encode}; what the checkpoint has no weights for is null.
 *
 * @param sequenceOutput [length, hidden]
 * @param pooledOutput [hidden]
 * @param mlmTop5 the most probable words of every position, best first
 * @param nspLogits that the second text follows, and that it does not
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record EncodedText(
        List<String> tokens,
        int[] inputIds,
        int[] segmentIds,
        float[][] sequenceOutput,
        float[] pooledOutput,
        List<List<Word>> mlmTop5,
        float[] nspLogits) {

    /** @param token null if the vocabulary ends before this id */
    record Word(int id, String token, float logit) {}
}
