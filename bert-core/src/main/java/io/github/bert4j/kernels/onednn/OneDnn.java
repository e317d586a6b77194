package io.github.bert4j.kernels.onednn;

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
     * Does nothing where products of bfloat16 numbers are computed by instructions made for it.
     *
     * @throws IllegalArgumentException elsewhere; it says what is missing
     */
    public static void requireBf16() {
        if (!AVAILABLE) {
            throw new IllegalArgumentException(
                    "Precision BF16 needs oneDNN, which is not loaded: depend on bert4j-cpu, or use FLOAT32");
        }
        int instructions = dnnl.dnnl_get_effective_cpu_isa();
        if ((instructions & dnnl.dnnl_cpu_isa_avx512_core_bf16) != dnnl.dnnl_cpu_isa_avx512_core_bf16) {
            throw new IllegalArgumentException(
                    "Precision BF16 needs a CPU with bfloat16 instructions (AVX512-BF16 or AMX: Intel Cooper Lake and Sapphire Rapids, AMD Zen 4, or newer), but oneDNN finds %s: use FLOAT32"
                            .formatted(dnnl.get_effective_cpu_isa()));
        }
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
