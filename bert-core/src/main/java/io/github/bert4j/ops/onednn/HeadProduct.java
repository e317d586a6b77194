package io.github.bert4j.ops.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import io.github.bert4j.ops.onednn.PrimitiveOperation.Argument;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;

/**
 * Products within each head of one sequence: arrays {@code left, right, result}.
 *
 * @param scaled whether the result is divided by √size
 */
record HeadProduct(Heads heads, Operand left, Operand right, Operand result, boolean scaled)
        implements Operation.Recipe {

    /** Sizes of one sequence. */
    record Heads(long heads, long queries, long keys, long size) {
        /** Elements of the attention scores. */
        long scores() {
            return heads * queries * keys;
        }
    }

    /** What a matrix of one head is, and how it lies in memory. */
    enum Operand {
        /** [queries, size] within packed rows [n, heads · size]. */
        QUERIES,
        /** [keys, size] within packed rows [n, heads · size]. */
        KEYS,
        /** Its transpose. */
        KEYS_TRANSPOSED,
        /** [queries, keys] within [heads, queries, keys]. */
        SCORES,
        /** Its transpose. */
        SCORES_TRANSPOSED;

        memory.desc layout(Heads in) {
            long queries = in.queries();
            long keys = in.keys();
            long size = in.size();
            long width = in.heads() * size;
            return switch (this) {
                case QUERIES -> layout(in, queries, size, size, width, 1);
                case KEYS -> layout(in, keys, size, size, width, 1);
                case KEYS_TRANSPOSED -> layout(in, size, keys, size, 1, width);
                case SCORES -> layout(in, queries, keys, queries * keys, keys, 1);
                case SCORES_TRANSPOSED -> layout(in, keys, queries, queries * keys, 1, keys);
            };
        }

        private static memory.desc layout(Heads in, long rows, long columns, long... strides) {
            return Layouts.strided(new long[] {in.heads(), rows, columns}, strides);
        }
    }

    @Override
    public Operation make(engine engine) {
        memory.desc leftLayout = left.layout(heads);
        memory.desc rightLayout = right.layout(heads);
        memory.desc resultLayout = result.layout(heads);
        primitive_attr attributes = Layouts.callersScratch();
        if (scaled) {
            post_ops scaling = new post_ops();
            scaling.append_eltwise(algorithm.eltwise_linear, (float) (1 / Math.sqrt(heads.size())), 0);
            attributes.set_post_ops(scaling);
        }
        var description = new matmul.primitive_desc(engine, leftLayout, rightLayout, resultLayout, attributes, false);
        return new PrimitiveOperation(
                engine,
                new matmul(description),
                description,
                new Argument(DNNL_ARG_SRC, leftLayout),
                new Argument(DNNL_ARG_WEIGHTS, rightLayout),
                new Argument(DNNL_ARG_DST, resultLayout));
    }
}
