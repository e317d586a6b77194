package io.github.bert4j.models;

import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.IntValues;
import io.github.bert4j.data.Values;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    private INDArray array(Tensor tensor, Values values) {
        boolean wantsInts = tensor.variable().dataType() == DataType.INT32;
        if (values instanceof IntValues ints && wantsInts) {
            return Nd4j.createFromArray(ints.values()).reshape(shape(tensor, values));
        }
        if (values instanceof FloatValues floats && !wantsInts) {
            return Nd4j.createFromArray(floats.values()).reshape(shape(tensor, values));
        }
        throw new IllegalArgumentException("The %s \"%s\" takes %s, but the samples give %s"
                .formatted(
                        what,
                        tensor.name(),
                        wantsInts ? "IntValues, such as 1" : "FloatValues, such as 1f",
                        values.getClass().getSimpleName()));
    }

    /** A label of one number may leave out an axis of size 1, and the other way round. */
    private long[] shape(Tensor tensor, Values values) {
        Shape expected = tensor.shape();
        long[] given = Arrays.stream(values.shape()).asLongStream().toArray();
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
                    "The %s \"%s\" takes arrays of shape %s with the batch in front, but the samples give %s"
                            .formatted(what, tensor.name(), expected, Arrays.toString(values.shape())));
        }
        return given;
    }
}
