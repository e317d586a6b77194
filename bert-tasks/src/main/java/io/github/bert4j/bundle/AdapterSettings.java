package io.github.bert4j.bundle;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.github.bert4j.bert.LowRank;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a bundle says of its adapter.
 *
 * @param base SHA-256 of the weights of the encoder that is adapted, see {@link io.github.bert4j.bert.Bert#checksum}
 * @param basePath where that was when the adapter was trained; empty if it was nowhere to stay
 */
record AdapterSettings(
        @JsonProperty(required = true) int rank,
        @JsonProperty(required = true) double alpha,
        @JsonProperty(required = true) double dropout,
        @JsonProperty(required = true) Set<LowRank.Kernel> kernels,
        @JsonProperty(required = true) Set<Integer> layers,
        @JsonProperty(required = true) String base,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonSetter(nulls = Nulls.AS_EMPTY)
        String basePath) {

    /** @throws IllegalArgumentException if something is null, or a number makes no sense */
    AdapterSettings {
        if (kernels == null
                || layers == null
                || base == null
                || Stream.concat(kernels.stream(), layers.stream()).anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException("something in it is null");
        }
        new LowRank(rank, alpha, dropout, kernels, layers); // for its checks
    }

    static AdapterSettings of(LowRank settings, String base, String basePath) {
        return new AdapterSettings(
                settings.rank(),
                settings.alpha(),
                settings.dropout(),
                settings.kernels(),
                settings.layers(),
                base,
                basePath);
    }

    LowRank lowRank() {
        return new LowRank(rank, alpha, dropout, kernels, layers);
    }
}
