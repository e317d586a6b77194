package io.github.bert4j.data;

import java.util.Arrays;
import java.util.Objects;

/** Row-major float32 numbers with a shape. */
public record FloatValues(float[] values, int... shape) implements Values {

    /** @throws IllegalArgumentException if the shape holds another number of elements */
    public FloatValues {
        if (Values.elements(shape) != values.length) {
            throw new IllegalArgumentException("Shape %s holds %d elements, but %d were given"
                    .formatted(Arrays.toString(shape), Values.elements(shape), values.length));
        }
    }

    /** A vector. */
    public static FloatValues of(float... values) {
        return new FloatValues(values, values.length);
    }

    /** The element at these indices, one per axis. */
    public float get(int... indices) {
        int offset = 0;
        for (int axis = 0; axis < shape.length; axis++) {
            offset = offset * shape[axis] + Objects.checkIndex(indices[axis], shape[axis]);
        }
        return values[offset];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FloatValues that
                && Arrays.equals(values, that.values)
                && Arrays.equals(shape, that.shape);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(values) + Arrays.hashCode(shape);
    }

    @Override
    public String toString() {
        return Arrays.toString(shape) + " " + Arrays.toString(values);
    }
}
