package io.github.bert4j.kernels.onednn;

import io.github.bert4j.kernels.Precision;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether oneDNN runs on this machine: found out, and logged, once per process. */
public final class OneDnn {
    private static final Logger LOG = LoggerFactory.getLogger(OneDnn.class);
    private static final boolean AVAILABLE = probe();

    private OneDnn() {}

    /** Whether ND4J computes on the CPU, and oneDNN's classes and natives can be loaded. */
    public static boolean isAvailable() {
        return AVAILABLE;
    }

    /**
     * Does nothing where products can be computed in a precision; those of bfloat16 numbers by instructions made for it.
     *
     * @throws IllegalArgumentException elsewhere; it says what is missing
     */
    public static void require(Precision precision) {
        if (precision == Precision.FLOAT32) {
            return;
        }
        if (!AVAILABLE) {
            throw new IllegalArgumentException(
                    "Precision %s needs oneDNN, which is not loaded: depend on bert4j-cpu, or use FLOAT32"
                            .formatted(precision));
        }
        if (precision == Precision.BF16 && !has(dnnl.dnnl_cpu_isa_avx512_core_bf16)) {
            throw new IllegalArgumentException(
                    "Precision BF16 needs a CPU with bfloat16 instructions (AVX512-BF16 or AMX: Intel Cooper Lake and Sapphire Rapids, AMD Zen 4, or newer), but oneDNN finds %s: use FLOAT32"
                            .formatted(dnnl.get_effective_cpu_isa()));
        }
    }

    /** Whether this processor has instructions for products of 8 bits, AVX512-VNNI; without, they bring little or nothing. */
    public static boolean hasInt8() {
        return AVAILABLE && has(dnnl.dnnl_cpu_isa_avx512_core_vnni);
    }

    private static boolean has(int instructions) {
        return (dnnl.dnnl_get_effective_cpu_isa() & instructions) == instructions;
    }

    private static boolean probe() {
        if (!Nd4j.getEnvironment().isCPU()) {
            LOG.debug("Plain ND4J kernels: the backend is not the CPU's");
            return false;
        }
        try {
            Loader.load(dnnl.class);
            LOG.debug("oneDNN kernels");
            return true;
        } catch (LinkageError e) {
            LOG.info("Plain ND4J kernels, which are several times slower: oneDNN cannot be loaded ({}).", e.toString());
            LOG.info("Depend on bert4j-cpu to have it");
            return false;
        }
    }
}
