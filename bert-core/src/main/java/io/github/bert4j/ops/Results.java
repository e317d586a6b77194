package io.github.bert4j.ops;

import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What one run of a {@link Plan} has computed; its arrays are valid until it is closed. */
public final class Results implements AutoCloseable {
    private final Map<String, INDArray> outputs;
    private final BufferPool pool;
    private final List<INDArray> pooled;
    private final Runnable whenClosed;
    private boolean closed;

    Results(Map<String, INDArray> outputs, BufferPool pool, List<INDArray> pooled, Runnable whenClosed) {
        this.outputs = outputs;
        this.pool = pool;
        this.pooled = pooled;
        this.whenClosed = whenClosed;
    }

    /**
     * The array of one of the plan's outputs.
     *
     * @throws IllegalStateException if the results are closed: their memory may hold something else by now
     * @throws IllegalArgumentException if the plan has no such output
     */
    public INDArray get(SDVariable output) {
        if (closed) {
            throw new IllegalStateException(
                    "The results are closed: read \"" + output.name() + "\" before closing them");
        }
        INDArray array = outputs.get(output.name());
        if (array == null) {
            throw new IllegalArgumentException("\"%s\" is not an output of this plan: expected one of %s"
                    .formatted(output.name(), outputs.keySet()));
        }
        return array;
    }

    /** A copy of one output on the Java heap, row-major. */
    public float[] floats(SDVariable output) {
        return GraphOp.floats(get(output));
    }

    /** Gives the buffers back to the session. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            pooled.forEach(pool::release);
            whenClosed.run();
        }
    }
}
