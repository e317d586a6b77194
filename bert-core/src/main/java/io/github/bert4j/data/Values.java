package io.github.bert4j.data;

import java.util.Arrays;

/** Row-major numbers with a shape, on the Java heap. */
public sealed interface Values permits FloatValues, IntValues {
    /** Sizes of the axes. */
    int[] shape();

    /** Size of the first axis; 1 for a single number. */
    default int length() {
        return shape().length == 0 ? 1 : shape()[0];
    }

    /**
     * Number of elements of a shape.
     *
     * @throws IllegalArgumentException if a size is negative
     */
    static int elements(int[] shape) {
        int elements = 1;
        for (int size : shape) {
            if (size < 0) {
                throw new IllegalArgumentException("Shape " + Arrays.toString(shape) + " has a negative size");
            }
            elements = Math.multiplyExact(elements, size);
        }
        return elements;
    }
}
