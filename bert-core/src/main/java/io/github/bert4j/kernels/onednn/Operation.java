package io.github.bert4j.kernels.onednn;

import org.bytedeco.dnnl.engine;

/** Something that oneDNN has made ready to compute. */
interface Operation extends AutoCloseable {

    /** What makes an operation; equal recipes make equal ones, so a recipe is also the key to find it again. */
    interface Recipe<O extends Operation> {
        /** Called within a scope that frees all native objects that the operation does not retain. */
        O make(engine engine);
    }

    @Override
    void close();
}
