package io.github.bert4j.graph;

import java.io.IOException;
import java.nio.FloatBuffer;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A named float32 array that training changes.
 *
 * @param graph the graph that owns it
 * @param variable the variable in the SameDiff graph; its name is the weight's name
 * @param shape known sizes only
 * @param role what the layer uses it for
 */
public record Weight(Graph graph, SDVariable variable, Shape shape, Role role) {

    /** What a weight does in its layer; optimizers treat them differently. */
    public enum Role {
        /** What inputs are multiplied by or looked up in; the usual one, and the only one that decays. */
        KERNEL,
        /** Is added. */
        BIAS,
        /** Scales or shifts what was normalized. */
        NORM
    }

    public String name() {
        return variable.name();
    }

    /** To calculate with, in a layer of your own. */
    public Tensor tensor() {
        return Tensor.of(graph, variable, shape);
    }

    /** Whether training changes it; see {@link Graph#freeze}. */
    public boolean isTrainable() {
        return !graph.isFrozen(this);
    }

    /** A copy of the values, row-major. */
    public float[] values() {
        return graph.reading(() -> {
            float[] values = new float[Math.toIntExact(shape.elements())];
            host().get(values);
            return values;
        });
    }

    /**
     * Replaces the values.
     *
     * @param values row-major
     * @throws IllegalArgumentException if there are too many or too few
     */
    public void assign(float[] values) {
        if (values.length != shape.elements()) {
            throw new IllegalArgumentException("Weight %s %s holds %d values, but %d were given"
                    .formatted(name(), shape, shape.elements(), values.length));
        }
        graph.requireAssignable(this);
        graph.changing(() -> {
            host().put(values);
            return changedOnHost();
        });
    }

    /** Lets code write the values in place, row-major, without a copy on the heap. */
    public void write(Writer writer) throws IOException {
        graph.requireAssignable(this);
        graph.changing(() -> {
            writer.write(host());
            return changedOnHost();
        });
    }

    /** Fills a buffer that has room for exactly the weight's values. */
    @FunctionalInterface
    public interface Writer {
        void write(FloatBuffer values) throws IOException;
    }

    /** A view of the values in host memory; valid while the graph is open, so read it in {@link Graph#reading}. */
    public FloatBuffer view() {
        return graph.reading(() -> host().asReadOnlyBuffer());
    }

    private FloatBuffer host() {
        INDArray array = variable.getArr();
        Nd4j.getAffinityManager().ensureLocation(array, Location.HOST);
        FloatBuffer buffer = array.data().asNioFloat();
        buffer.clear().limit(Math.toIntExact(array.length()));
        return buffer;
    }

    private Void changedOnHost() {
        Nd4j.getAffinityManager().tagLocation(variable.getArr(), Location.HOST);
        graph.weightsChanged();
        return null;
    }
}
