package io.github.bert4j.benchmarks;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.bert4j.kernels.Precision;

/**
 * What one run of {@link ModelBenchmark} or of a peer prints. A peer gives the components up to {@code maxRssMb}, which
 * is null where the system does not tell.
 *
 * @param peer name and version of what was measured
 * @param medianSeconds of the steps
 * @param totalSeconds of all steps
 * @param realTokens of all steps
 * @param paddedTokens the same with every sequence as long as the longest of its batch
 * @param maxRssMb the most memory that was resident, in MiB
 * @param warmUpSteps before the timed ones
 * @param maxHeapMb what -Xmx says, in MiB
 * @param gflop 10⁹ multiplications and additions that the outputs need, all steps
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
record StepTimes(
        String peer,
        Mode mode,
        Precision precision,
        int batch,
        @JsonProperty("median_s") double medianSeconds,
        @JsonProperty("total_s") double totalSeconds,
        @JsonProperty("real_tokens") int realTokens,
        @JsonProperty("padded_tokens") int paddedTokens,
        @JsonProperty("max_rss_mb") Integer maxRssMb,
        int layers,
        int hidden,
        int threads,
        int steps,
        @JsonProperty("warm_up_steps") int warmUpSteps,
        @JsonProperty("max_heap_mb") int maxHeapMb,
        double gflop) {

    static String ownName() {
        String version = StepTimes.class.getPackage().getImplementationVersion();
        return version == null ? "bert4j" : "bert4j " + version;
    }
}
