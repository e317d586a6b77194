package io.github.bert4j.benchmarks;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What {@link MachineBenchmark} prints.
 *
 * @param memoryGb GiB
 * @param size rows and columns of the matrices that were multiplied
 * @param float32GflopPerSecond the fastest product of float32 matrices
 */
record Machine(
        String processor,
        int cores,
        @JsonProperty("memory_gb") int memoryGb,
        String system,
        String java,
        int threads,
        int size,
        @JsonProperty("float32_gflop_per_s") double float32GflopPerSecond) {

    /** The same machine with the better rate of two measurements. */
    Machine faster(Machine other) {
        return other.float32GflopPerSecond > float32GflopPerSecond ? other : this;
    }
}
