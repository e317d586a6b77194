package io.github.bert4j.similarity;

import static io.github.bert4j.layers.Layers.lambda;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.bert4j.graph.Tensor;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;

/** How BERT's vectors of all tokens become one; padding has no part in it. */
public enum Pooling {
    /** The vector of [CLS]; the cheapest, as the last layer computes nothing else. */
    @JsonProperty("cls")
    CLS,
    /** The mean over all tokens, [CLS] and [SEP] included. */
    @JsonProperty("mean")
    MEAN,
    /** The largest number of all tokens, [CLS] and [SEP] included, in each of the vector's places. */
    @JsonProperty("max")
    MAX;

    /** Taken off the numbers of padding. */
    private static final double NEVER = 1e10;

    /**
     * Pools a sequence.
     *
     * @param sequence BERT's output, [batch, length, hidden], which is 0 at padding
     * @param tokens the ids it was made from, [batch, length]; 0 is padding
     * @return [batch, hidden]
     */
    public Tensor apply(Tensor sequence, Tensor tokens) {
        return switch (this) {
            case CLS -> sequence.at(0);
            case MEAN ->
                lambda((x, ids) -> x.sum(1).div(real(ids).sum(true, 1))).apply(sequence, tokens);
            case MAX ->
                lambda((x, ids) -> {
                            SDVariable padding =
                                    x.getSameDiff().expandDims(real(ids).rsub(1), 2);
                            return x.sub(padding.mul(NEVER)).max(1);
                        })
                        .apply(sequence, tokens);
        };
    }

    private static SDVariable real(SDVariable ids) {
        return ids.gt(0).castTo(DataType.FLOAT);
    }
}
