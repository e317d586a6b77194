package io.github.bert4j.data;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Samples put together: every array has the batch as its first axis and is padded to the longest sample, with zeros, or
 * with -1 where it holds class labels, which so do not count.
 *
 * @param lengths length of each sample's first input
 * @param weights of each sample
 */
public record Batch(List<Values> inputs, List<Values> labels, int[] lengths, float[] weights) {
    private static final int NO_CLASS = -1;

    /**
     * Puts samples together.
     *
     * @throws IllegalArgumentException if there are none, or they differ in the number, type or rank of their arrays
     */
    public static Batch of(List<Sample> samples) {
        if (samples.isEmpty()) {
            throw new IllegalArgumentException("A batch of no samples: expected at least one");
        }
        return new Batch(
                together(samples, Sample::inputs, "input", 0),
                together(samples, Sample::labels, "label", NO_CLASS),
                samples.stream().mapToInt(Sample::length).toArray(),
                floats(samples.size(), row -> samples.get(row).weight()));
    }

    /** Number of samples. */
    public int size() {
        return lengths.length;
    }

    /**
     * Every n-th sample from one on, as padded as they are here: the n parts of a batch are all of it.
     *
     * @param first from 0; empty if there are no more than so many samples
     */
    public Optional<Batch> part(int first, int n) {
        if (n == 1) {
            return Optional.of(this);
        }
        int[] rows =
                IntStream.iterate(first, row -> row < size(), row -> row + n).toArray();
        return rows.length == 0 ? Optional.empty() : Optional.of(samples(rows));
    }

    /** The same samples, and then all of them once more. */
    public Batch twice() {
        return new Batch(
                twice(inputs),
                twice(labels),
                IntStream.concat(IntStream.of(lengths), IntStream.of(lengths)).toArray(),
                floats(2 * size(), row -> weights[row % size()]));
    }

    /** A batch of one of the samples, padded as here. */
    public Batch only(int index) {
        return samples(index);
    }

    private Batch samples(int... rows) {
        return new Batch(
                inputs.stream().map(array -> rows(array, rows)).toList(),
                labels.stream().map(array -> rows(array, rows)).toList(),
                IntStream.of(rows).map(row -> lengths[row]).toArray(),
                floats(rows.length, row -> weights[rows[row]]));
    }

    private static float[] floats(int count, IntToDoubleFunction of) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) of.applyAsDouble(i);
        }
        return values;
    }

    private static Values rows(Values array, int[] rows) {
        int[] shape = array.shape().clone();
        int width = Values.elements(shape) / shape[0];
        shape[0] = rows.length;
        if (array instanceof IntValues ints) {
            int[] values = new int[rows.length * width];
            copyRows(ints.values(), rows, values, width);
            return new IntValues(values, shape);
        }
        float[] values = new float[rows.length * width];
        copyRows(((FloatValues) array).values(), rows, values, width);
        return new FloatValues(values, shape);
    }

    private static void copyRows(Object source, int[] rows, Object target, int width) {
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(source, rows[i] * width, target, i * width, width);
        }
    }

    private static List<Values> twice(List<Values> arrays) {
        return arrays.stream()
                .map(array -> {
                    int[] shape = array.shape().clone();
                    int half = Values.elements(shape);
                    shape[0] *= 2;
                    if (array instanceof IntValues ints) {
                        int[] values = Arrays.copyOf(ints.values(), 2 * half);
                        System.arraycopy(values, 0, values, half, half);
                        return new IntValues(values, shape);
                    }
                    float[] values = Arrays.copyOf(((FloatValues) array).values(), 2 * half);
                    System.arraycopy(values, 0, values, half, half);
                    return new FloatValues(values, shape);
                })
                .map(Values.class::cast)
                .toList();
    }

    private static List<Values> together(
            List<Sample> samples, Function<Sample, List<Values>> part, String what, int intPadding) {
        int count = part.apply(samples.get(0)).size();
        for (int i = 0; i < samples.size(); i++) {
            if (part.apply(samples.get(i)).size() != count) {
                throw new IllegalArgumentException("Sample %d of the batch has %d %ss, but the first has %d"
                        .formatted(i, part.apply(samples.get(i)).size(), what, count));
            }
        }
        return IntStream.range(0, count)
                .mapToObj(i -> pad(
                        samples.stream()
                                .map(sample -> part.apply(sample).get(i))
                                .toList(),
                        what + " " + i,
                        intPadding))
                .toList();
    }

    private static Values pad(List<Values> arrays, String what, int intPadding) {
        Values first = arrays.get(0);
        int rank = first.shape().length;
        int[] shape = new int[rank + 1];
        shape[0] = arrays.size();
        for (Values array : arrays) {
            if (array.shape().length != rank || array.getClass() != first.getClass()) {
                throw new IllegalArgumentException(
                        "The samples' %s differs: %s of shape %s in one, %s of shape %s in another"
                                .formatted(
                                        what,
                                        first.getClass().getSimpleName(),
                                        Arrays.toString(first.shape()),
                                        array.getClass().getSimpleName(),
                                        Arrays.toString(array.shape())));
            }
            for (int axis = 0; axis < rank; axis++) {
                shape[axis + 1] = Math.max(shape[axis + 1], array.shape()[axis]);
            }
        }
        int elements = Values.elements(shape);
        int stride = elements / shape[0];
        if (first instanceof IntValues) {
            int[] padded = new int[elements];
            Arrays.fill(padded, intPadding);
            for (int i = 0; i < arrays.size(); i++) {
                copy(((IntValues) arrays.get(i)).values(), arrays.get(i).shape(), padded, i * stride, shape);
            }
            return new IntValues(padded, shape);
        }
        float[] padded = new float[elements];
        for (int i = 0; i < arrays.size(); i++) {
            copy(((FloatValues) arrays.get(i)).values(), arrays.get(i).shape(), padded, i * stride, shape);
        }
        return new FloatValues(padded, shape);
    }

    /** Copies row by row along the last axis; {@code shape} is the padded one with the batch in front. */
    private static void copy(Object source, int[] from, Object target, int offset, int[] shape) {
        int rank = from.length;
        int width = rank == 0 ? 1 : from[rank - 1];
        int rows = width == 0 ? 0 : Values.elements(from) / width;
        for (int row = 0; row < rows; row++) {
            int position = 0;
            int rest = row;
            int scale = rank == 0 ? 1 : shape[rank];
            for (int axis = rank - 2; axis >= 0; axis--) {
                position += rest % from[axis] * scale;
                rest /= from[axis];
                scale *= shape[axis + 1];
            }
            System.arraycopy(source, row * width, target, offset + position, width);
        }
    }
}
