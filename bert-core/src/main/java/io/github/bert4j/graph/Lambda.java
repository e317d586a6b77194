package io.github.bert4j.graph;

import io.github.bert4j.kernels.PortableKernels;
import io.github.bert4j.ops.Plan;
import io.github.bert4j.ops.Results;
import io.github.bert4j.ops.Session;
import io.github.bert4j.ops.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Any SameDiff expression as a layer.
 *
 * <p>The expression may use its arguments only: it is also tried out on a scratch graph, twice with different sizes, to
 * learn the shape of its result.
 */
public final class Lambda extends Layer {
    private final Function<List<SDVariable>, SDVariable> expression;

    public Lambda(Function<List<SDVariable>, SDVariable> expression) {
        super("lambda");
        this.expression = expression;
    }

    @Override
    protected Tensor call(List<Tensor> inputs) {
        Shape shape = shapeOfResult(inputs);
        SDVariable result =
                expression.apply(inputs.stream().map(Tensor::variable).toList());
        return Tensor.of(graph(), result, shape);
    }

    private Shape shapeOfResult(List<Tensor> inputs) {
        long[] one = probe(inputs, 2);
        long[] other = probe(inputs, 3);
        long[] sizes = one.clone();
        for (int axis = 0; axis < sizes.length; axis++) {
            sizes[axis] = one[axis] == other[axis] ? one[axis] : Shape.UNKNOWN;
        }
        return Shape.of(sizes);
    }

    /** Runs the expression with unknown sizes set to {@code size}, {@code size + 2} … by axis. */
    private long[] probe(List<Tensor> inputs, long size) {
        SameDiff scratch = SameDiff.create();
        List<SDVariable> arguments = new ArrayList<>();
        Map<String, INDArray> values = new HashMap<>();
        for (Tensor input : inputs) {
            long[] shape = input.shape().toArray();
            for (int axis = 0; axis < shape.length; axis++) {
                shape[axis] = shape[axis] == Shape.UNKNOWN ? size + 2 * axis : shape[axis];
            }
            String name = "argument_" + arguments.size();
            DataType type = input.variable().dataType();
            arguments.add(scratch.placeHolder(name, type, shape));
            values.put(name, Nd4j.ones(type, shape));
        }
        try {
            return run(scratch, expression.apply(arguments), values);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "The lambda failed on %s: it must fit their shapes, and may use nothing but the variables it is given (%s)"
                            .formatted(inputs, e.getMessage()),
                    e);
        }
    }

    private static long[] run(SameDiff scratch, SDVariable result, Map<String, INDArray> values) {
        if (result.getSameDiff() != scratch) {
            throw new IllegalArgumentException("its result is not made from its arguments");
        }
        try (Session session = new Session(scratch, new PortableKernels());
                Results results = session.run(Plan.of(scratch, List.of(result)), values, Step.inference())) {
            return results.get(result).shape();
        }
    }
}
