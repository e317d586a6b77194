package io.github.bert4j.similarity;

import static io.github.bert4j.layers.Layers.averagePooling;
import static io.github.bert4j.layers.Layers.maxPooling;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.bert4j.graph.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

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

    /** What a checkpoint of sentence-transformers says in {@code 1_Pooling/config.json}; empty where there is none. */
    public static Optional<Pooling> of(Path checkpoint) throws IOException {
        return new SentenceTransformerFiles(checkpoint).pooling();
    }

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
            case MEAN -> averagePooling().apply(sequence, tokens);
            case MAX -> maxPooling().apply(sequence, tokens);
        };
    }
}
