package io.github.bert4j.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a bundle was trained for. */
public enum Task {
    @JsonProperty("sentiment")
    SENTIMENT,
    @JsonProperty("relation")
    RELATION,
    @JsonProperty("event")
    EVENT,
    @JsonProperty("entity")
    ENTITY,
    @JsonProperty("classification")
    CLASSIFICATION,
    @JsonProperty("similarity")
    SIMILARITY
}
