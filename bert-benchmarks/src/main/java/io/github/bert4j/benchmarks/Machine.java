package io.github.bert4j.benchmarks;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What {@link MachineBenchmark} prints.
 *
 * @param memoryGb GiB
 * @param bf16 whether the factors of the products were rounded to bfloat16
 * @param size rows and columns of the matrices that were multiplied
 * @param gflopPerSecond rate of the fastest product
 */
record Machine(
        String processor,
        int cores,
        @JsonProperty("memory_gb") int memoryGb,
        String system,
        String java,
        int threads,
        boolean bf16,
        int size,
        @JsonProperty("gflop_per_s") double gflopPerSecond) {}
