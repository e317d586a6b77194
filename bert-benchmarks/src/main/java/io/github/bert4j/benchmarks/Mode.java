package io.github.bert4j.benchmarks;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a step is. */
enum Mode {
    /** A batch forward, dropout off. */
    @JsonProperty("infer")
    INFER,
    /** A batch forward and backward, dropout on, and an update of all weights. */
    @JsonProperty("train")
    TRAIN
}
