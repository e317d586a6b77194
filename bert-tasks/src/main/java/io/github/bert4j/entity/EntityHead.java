package io.github.bert4j.entity;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What stands on top of BERT. */
public enum EntityHead {
    /** A tag per character and a {@link io.github.bert4j.layers.Crf} over the tags: entities do not overlap. */
    @JsonProperty("crf")
    CRF,
    /** A {@link io.github.bert4j.layers.GlobalPointer}: entities may lie within each other; takes more memory and time. */
    @JsonProperty("global_pointer")
    GLOBAL_POINTER
}
