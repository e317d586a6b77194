package io.github.bert4j.ops.onednn;

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
