package io.github.bert4j.similarity;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonProperty;

/** What vectors learn from scored pairs. */
public enum PairLoss {
    /** {@link CosentLoss}: cosines are put in the order of the scores. */
    @JsonEnumDefaultValue
    @JsonProperty("cosent")
    COSENT,
    /** {@link InBatchNegatives}: of all texts of a batch, the one that belongs to a query is to be the closest. */
    @JsonProperty("negatives")
    NEGATIVES,
    /** {@link InBatchNegatives} in both directions: the query that belongs to a text is to be the closest, too. */
    @JsonProperty("both_ways")
    BOTH_WAYS,
    /** {@link TripletLoss}: a query is to be closer to a similar text than to another one, by a margin. */
    @JsonProperty("triplets")
    TRIPLETS;

    /** Whether texts are looked for, so that the place at which they are found is what counts. */
    boolean isForRetrieval() {
        return this != COSENT;
    }
}
