package io.github.bert4j.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Sizes of a tensor's axes as far as they are known before data arrives.
 *
 * @param sizes one per axis; {@link #UNKNOWN} where it depends on the batch
 */
public record Shape(List<Long> sizes) {
    /** The size of an axis that differs from batch to batch. */
    public static final long UNKNOWN = -1;

    public Shape {
        sizes = List.copyOf(sizes);
        for (long size : sizes) {
            if (size < UNKNOWN) {
                throw new IllegalArgumentException("Shape " + sizes + " has a negative size: expected sizes from 0, or "
                        + UNKNOWN + " where a size depends on the batch");
            }
        }
    }

    /** A shape of these sizes. */
    public static Shape of(long... sizes) {
        return new Shape(LongStream.of(sizes).boxed().toList());
    }

    public int rank() {
        return sizes.size();
    }

    /** The size of one axis; negative axes count from the end. */
    public long size(int axis) {
        return sizes.get(axis < 0 ? sizes.size() + axis : axis);
    }

    /** The same shape with another last axis. */
    public Shape withLast(long size) {
        List<Long> changed = new ArrayList<>(sizes);
        changed.set(changed.size() - 1, size);
        return new Shape(changed);
    }

    /** The same shape with one more axis at its end. */
    public Shape append(long size) {
        List<Long> changed = new ArrayList<>(sizes);
        changed.add(size);
        return new Shape(changed);
    }

    /** The number of elements. */
    public long elements() {
        if (sizes.contains(UNKNOWN)) {
            throw new IllegalStateException("The number of elements of " + this + " depends on the batch");
        }
        return sizes.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
    }

    /** What both operands of an elementwise operation become, by NumPy's broadcasting rules. */
    public static Shape broadcast(Shape a, Shape b) {
        List<Long> reversed = new ArrayList<>();
        for (int axis = 1; axis <= Math.max(a.rank(), b.rank()); axis++) {
            long left = axis > a.rank() ? 1 : a.size(-axis);
            long right = axis > b.rank() ? 1 : b.size(-axis);
            if (left != right && left != 1 && right != 1 && left != UNKNOWN && right != UNKNOWN) {
                throw new IllegalArgumentException(
                        "Shapes %s and %s do not fit together: axis %d from the end is %d in one and %d in the other; expected equal sizes, or 1"
                                .formatted(a, b, axis, left, right));
            }
            reversed.add(left == 1 ? right : left == UNKNOWN && right != 1 ? right : left);
        }
        Collections.reverse(reversed);
        return new Shape(reversed);
    }

    public long[] toArray() {
        return sizes.stream().mapToLong(Long::longValue).toArray();
    }

    /** As Keras prints it: {@code (None, None, 768)}. */
    @Override
    public String toString() {
        return sizes.stream()
                .map(size -> size == UNKNOWN ? "None" : Long.toString(size))
                .collect(Collectors.joining(", ", "(", sizes.size() == 1 ? ",)" : ")"));
    }
}
