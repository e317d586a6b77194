package io.github.bert4j.checkpoint;

import java.util.List;

/**
 * What a checkpoint says about a tensor before its values are read.
 *
 * @param name the name in the checkpoint
 * @param type the element type
 * @param shape the size of every axis, outermost first; empty for a scalar
 */
public record TensorInfo(String name, DataType type, List<Long> shape) {
    /**
     * Checks that the shape can be counted.
     *
     * @throws IllegalArgumentException if an axis is negative or the tensor has more than 2^63 - 1 elements or bytes
     */
    public TensorInfo {
        shape = List.copyOf(shape);
        if (!isCountable(type, shape)) {
            throw new IllegalArgumentException("Tensor '" + name + "' has the shape " + shape
                    + ": every axis must be 0 or more, and all of it must fit 2^63 - 1 bytes");
        }
    }

    /** The number of elements: 1 for a scalar, 0 if any axis is empty. */
    public long elements() {
        return product(shape);
    }

    /**
     * The number of bytes of all elements.
     *
     * @throws UnsupportedOperationException for {@link DataType#STRING}, whose elements have no common size
     */
    public long byteSize() {
        return Math.multiplyExact(elements(), (long) type.byteSize());
    }

    static boolean isCountable(DataType type, List<Long> shape) {
        if (shape.stream().anyMatch(axis -> axis < 0)) {
            return false;
        }
        try {
            Math.multiplyExact(product(shape), type.isFixedSize() ? (long) type.byteSize() : 1L);
            return true;
        } catch (ArithmeticException overflow) {
            return false;
        }
    }

    private static long product(List<Long> shape) {
        if (shape.contains(0L)) {
            return 0; // before multiplying: the other axes alone may be beyond counting
        }
        return shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
    }
}
