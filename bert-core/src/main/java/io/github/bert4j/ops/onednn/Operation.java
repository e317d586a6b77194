package io.github.bert4j.ops.onednn;

import org.bytedeco.dnnl.engine;
import org.bytedeco.javacpp.Pointer;

/** Something that oneDNN computes for arrays of fixed shapes. */
interface Operation extends AutoCloseable {

    /** What makes an operation; equal recipes make equal ones, so a recipe is also the key to find it again. */
    interface Recipe {
        /** Called within a scope that frees all native objects that the operation does not retain. */
        Operation make(engine engine);
    }

    /** @param arrays the first elements of the arguments, in the order that the recipe says */
    void run(Workspace workspace, Pointer... arrays);

    @Override
    void close();
}
