package io.github.bert4j.benchmarks;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.bert4j.kernels.Precision;

/**
 * What {@link MachineBenchmark} prints.
 *
 * @param memoryGb GiB
 * @param precision of the products
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
        Precision precision,
        int size,
        @JsonProperty("gflop_per_s") double gflopPerSecond) {}
