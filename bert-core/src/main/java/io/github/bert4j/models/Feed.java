package io.github.bert4j.models;

import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.IntValues;
import io.github.bert4j.data.Values;
import io.github.bert4j.graph.Limit;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Turns a batch's arrays into those of placeholders, after checking that they fit. */
final class Feed {
    private final String what;
    private final List<Tensor> tensors;

    /** @param what "input" or "label" */
    Feed(String what, List<Tensor> tensors) {
        this.what = what;
        this.tensors = tensors;
    }

    /** What stands behind the shorter samples of the first. */
    int padding() {
        return tensors.get(0).padding();
    }

    /** The arrays by placeholder name. */
    Map<String, INDArray> arrays(List<Values> values) {
        if (values.size() != tensors.size()) {
            throw new IllegalArgumentException("Samples have %d %ss, but the model takes %d: %s"
                    .formatted(values.size(), what, tensors.size(), tensors));
        }
        Map<String, INDArray> arrays = new HashMap<>();
        for (int i = 0; i < values.size(); i++) {
            arrays.put(tensors.get(i).name(), array(tensors.get(i), values.get(i)));
        }
        return arrays;
    }

    /**
     * Checks one sample.
     *
     * @param row of the dataset
     * @throws IllegalArgumentException if it does not fit the placeholders, or a number of it is none that they take
     */
    void check(List<Values> values, int row) {
        if (values.size() != tensors.size()) {
            throw new IllegalArgumentException("Row %d of the dataset has %d %ss, but the model takes %d: %s"
                    .formatted(row, values.size(), what, tensors.size(), tensors));
        }
        for (int i = 0; i < values.size(); i++) {
            Tensor tensor = tensors.get(i);
            String name = "Row %d of the dataset: the %s \"%s\"".formatted(row, what, tensor.name());
            requireType(tensor, values.get(i), name);
            int[] batchOfOne = IntStream.concat(
                            IntStream.of(1), IntStream.of(values.get(i).shape()))
                    .toArray();
            shape(tensor, batchOfOne, name);
            requireFinite(values.get(i), name);
            for (Limit limit : tensor.limits()) {
                requireWithin(limit, values.get(i), name);
            }
        }
    }

    private static void requireFinite(Values values, String name) {
        for (int i = 0; values instanceof FloatValues floats && i < floats.values().length; i++) {
            if (!Float.isFinite(floats.values()[i])) {
                throw new IllegalArgumentException(
                        "%s has %s at element %d: expected a finite number".formatted(name, floats.values()[i], i));
            }
        }
    }

    private static void requireWithin(Limit limit, Values values, String name) {
        if (limit instanceof Limit.Length length) {
            if (values.length() > length.most()) {
                throw new IllegalArgumentException("%s is %d long: expected at most %d, %s"
                        .formatted(name, values.length(), length.most(), length.source()));
            }
        } else if (limit instanceof Limit.Numbers numbers) {
            int count = Values.elements(values.shape());
            for (int i = 0; i < count; i++) {
                double value = values instanceof IntValues ints ? ints.values()[i] : ((FloatValues) values).values()[i];
                if (value < numbers.least() || value > numbers.most()) {
                    throw new IllegalArgumentException("%s has %s at element %d: expected %s, %s"
                            .formatted(name, text(value), i, range(numbers), numbers.source()));
                }
            }
        }
    }

    private static String range(Limit.Numbers numbers) {
        return Double.isInfinite(numbers.least())
                ? "at most " + text(numbers.most())
                : "%s to %s".formatted(text(numbers.least()), text(numbers.most()));
    }

    private static String text(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }

    private static void requireType(Tensor tensor, Values values, String name) {
        boolean wantsInts = tensor.variable().dataType() == DataType.INT32;
        if (values instanceof IntValues != wantsInts) {
            throw new IllegalArgumentException("%s takes %s, but the samples give %s"
                    .formatted(
                            name,
                            wantsInts ? "IntValues, such as 1" : "FloatValues, such as 1f",
                            values.getClass().getSimpleName()));
        }
    }

    private INDArray array(Tensor tensor, Values values) {
        String name = "The %s \"%s\"".formatted(what, tensor.name());
        requireType(tensor, values, name);
        INDArray array = values instanceof IntValues ints
                ? Nd4j.createFromArray(padded(ints, tensor.padding()))
                : Nd4j.createFromArray(((FloatValues) values).values());
        return array.reshape(shape(tensor, values.shape(), name));
    }

    /** The values, with another number than 0 behind the last that is not 0 of each row. */
    private static int[] padded(IntValues batch, int padding) {
        if (padding == 0 || batch.shape().length != 2) {
            return batch.values();
        }
        int[] values = batch.values().clone();
        int length = batch.shape()[1];
        for (int start = 0; start < values.length; start += length) {
            for (int i = start + length - 1; i >= start && values[i] == 0; i--) {
                values[i] = padding;
            }
        }
        return values;
    }

    /** A label of one number may leave out an axis of size 1, and the other way round. */
    private static long[] shape(Tensor tensor, int[] batch, String name) {
        Shape expected = tensor.shape();
        long[] given = Arrays.stream(batch).asLongStream().toArray();
        if (given.length == expected.rank() + 1 && given[given.length - 1] == 1) {
            given = Arrays.copyOf(given, given.length - 1);
        } else if (given.length == expected.rank() - 1 && expected.size(-1) == 1) {
            given = Arrays.copyOf(given, given.length + 1);
            given[given.length - 1] = 1;
        }
        boolean fits = given.length == expected.rank();
        for (int axis = 0; fits && axis < given.length; axis++) {
            fits = expected.size(axis) == Shape.UNKNOWN || expected.size(axis) == given[axis];
        }
        if (!fits) {
            throw new IllegalArgumentException(
                    "%s takes arrays of shape %s with the batch in front, but the samples give %s"
                            .formatted(name, expected, Arrays.toString(batch)));
        }
        return given;
    }
}
