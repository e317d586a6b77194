package io.github.bert4j.onnx;

import io.github.bert4j.checkpoint.OnnxValue;
import io.github.bert4j.checkpoint.OnnxValue.Axis;
import io.github.bert4j.checkpoint.OnnxValue.Dynamic;
import io.github.bert4j.checkpoint.OnnxValue.Fixed;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.models.Model;
import io.github.bert4j.ops.PackOp;
import io.github.bert4j.ops.Plan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Names of the axes that are of any length: {@code batch}, and {@code length} where all sequences of a model are of one
 * length; otherwise each has a name of its own, as ONNX takes axes of one name to be as long as each other.
 *
 * @param lengths the name of its second axis, by input
 * @param single whether all sequences are of one length
 */
record AxisNames(Map<String, String> lengths, boolean single) {
    private static final String BATCH = "batch";
    private static final String LENGTH = "length";

    static AxisNames of(Model model, Plan plan) {
        Map<String, String> sequences = new HashMap<>(); // an input -> the one that says how long both are
        for (Tensor input : model.inputs()) {
            if (input.shape().rank() > 1 && input.shape().size(1) == Shape.UNKNOWN) {
                sequences.put(input.name(), input.name());
            }
        }
        for (Plan.Operation operation : plan.operations()) {
            if (operation.op().getOp() instanceof PackOp) {
                String tokens = operation.inputs().get(0);
                sequences.computeIfPresent(operation.inputs().get(1), (segments, own) -> tokens);
            }
        }
        boolean single = sequences.values().stream().distinct().count() <= 1;
        Map<String, String> lengths = new HashMap<>();
        sequences.forEach((input, leader) -> lengths.put(input, single ? LENGTH : leader + "_" + LENGTH));
        return new AxisNames(lengths, single);
    }

    OnnxValue input(Tensor input) {
        return value(input.name(), input, lengths.getOrDefault(input.name(), ""));
    }

    OnnxValue output(String name, Tensor output) {
        return value(name, output, single ? LENGTH : "");
    }

    private static OnnxValue value(String name, Tensor tensor, String length) {
        List<Axis> axes = new ArrayList<>();
        for (int i = 0; i < tensor.shape().rank(); i++) {
            long size = tensor.shape().size(i);
            if (size != Shape.UNKNOWN) {
                axes.add(new Fixed(size));
            } else if (i == 0) {
                axes.add(new Dynamic(BATCH));
            } else {
                axes.add(new Dynamic(length.isEmpty() ? name + "_axis_" + i : length));
            }
        }
        return new OnnxValue(name, Call.type(tensor.variable()), axes);
    }
}
