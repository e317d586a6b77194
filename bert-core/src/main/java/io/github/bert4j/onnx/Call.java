package io.github.bert4j.onnx;

import io.github.bert4j.checkpoint.DataType;
import io.github.bert4j.ops.Plan;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * An op of the graph that is to be translated.
 *
 * @param inputs names of its inputs in the ONNX graph, null for what has none there
 */
record Call(SameDiff graph, Plan.Operation operation, List<String> inputs, Nodes nodes) {

    DifferentialFunction op() {
        return operation.op().getOp();
    }

    String input(int number) {
        String input = inputs.get(number);
        if (input == null) {
            throw new IllegalArgumentException(
                    "it reads \"%s\", which is a number of packed rows and has no counterpart"
                            .formatted(operation.inputs().get(number)));
        }
        return input;
    }

    /** All inputs. */
    List<String> all() {
        return IntStream.range(0, inputs.size()).mapToObj(this::input).toList();
    }

    /** Whether something reads an output. */
    boolean reads(int output) {
        return operation.read()[output];
    }

    /** The op that makes an input; null for weights and placeholders. */
    DifferentialFunction producer(int number) {
        return graph.getVariableOutputOp(operation.inputs().get(number));
    }

    DataType inputType(int number) {
        return type(graph.getVariable(operation.inputs().get(number)));
    }

    DataType outputType() {
        return type(graph.getVariable(operation.outputs().get(0)));
    }

    /** The element type of a variable. */
    static DataType type(SDVariable variable) {
        return switch (variable.dataType()) {
            case FLOAT -> DataType.FLOAT32;
            case DOUBLE -> DataType.FLOAT64;
            case INT -> DataType.INT32;
            case LONG -> DataType.INT64;
            case BOOL -> DataType.BOOL;
            default ->
                throw new IllegalArgumentException("\"%s\" is of type %s: expected FLOAT, DOUBLE, INT, LONG or BOOL"
                        .formatted(variable.name(), variable.dataType()));
        };
    }
}
