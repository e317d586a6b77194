package io.github.bert4j.benchmarks;

import io.github.bert4j.kernels.Precision;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Of matrix products: float32 unless said otherwise. */
final class PrecisionOptions {
    @ArgGroup
    private final Choice choice = new Choice();

    private static final class Choice {
        @Option(names = "--bf16", description = "Products of bfloat16 factors.")
        private boolean bf16;

        @Option(names = "--int8", description = "Products of factors of 8 bits; to predict only.")
        private boolean int8;
    }

    Precision precision() {
        return choice.bf16 ? Precision.BF16 : choice.int8 ? Precision.INT8 : Precision.FLOAT32;
    }
}
