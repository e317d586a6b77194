package io.github.bert4j.onnx;

import io.github.bert4j.checkpoint.NamedTensor;
import io.github.bert4j.checkpoint.OnnxValue;
import io.github.bert4j.checkpoint.OnnxWriter;
import io.github.bert4j.checkpoint.TensorInfo;
import io.github.bert4j.graph.Node;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.models.Model;
import io.github.bert4j.ops.GraphOp;
import io.github.bert4j.ops.Plan;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Walks over the ops that a model's outputs need, and adds what each is in ONNX. */
final class Translation {
    private final Model model;
    private final SameDiff graph;
    private final Plan plan;
    private final Nodes nodes = new Nodes();
    /** Names in ONNX of the graph's variables. */
    private final Map<String, String> names = new HashMap<>();

    Translation(Model model) {
        this.model = model;
        this.graph = model.graph().sameDiff();
        this.plan =
                Plan.of(graph, model.outputs().stream().map(Tensor::variable).toList());
    }

    OnnxWriter.Content content(List<String> outputs) {
        model.inputs().forEach(input -> names.put(input.name(), input.name()));
        model.graph().weights().stream()
                .filter(weight -> plan.reads(weight.variable()))
                .forEach(weight -> names.put(weight.name(), nodes.tensor(tensor(weight))));
        for (Plan.Operation operation : plan.operations()) {
            add(operation);
        }
        AxisNames axes = AxisNames.of(model, plan);
        List<OnnxValue> values = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
            Tensor output = model.outputs().get(i);
            nodes.name(name(output.name()), outputs.get(i));
            values.add(axes.output(outputs.get(i), output));
        }
        return new OnnxWriter.Content(
                "model",
                model.inputs().stream().map(axes::input).toList(),
                values,
                nodes.nodes(),
                List.copyOf(nodes.tensors()));
    }

    private void add(Plan.Operation operation) {
        nodes.enter(operation.op().getName());
        Call call = new Call(
                graph, operation, operation.inputs().stream().map(this::name).toList(), nodes);
        List<String> results = results(call);
        for (int i = 0; i < results.size(); i++) {
            names.put(operation.outputs().get(i), results.get(i));
        }
    }

    private List<String> results(Call call) {
        try {
            return call.op() instanceof GraphOp own
                    ? LayerOperations.translate(own, call)
                    : List.of(SameDiffOperations.translate(call));
        } catch (IllegalArgumentException reason) {
            throw new IllegalArgumentException(
                    "Op \"%s\" (%s)%s cannot be exported to ONNX: %s"
                            .formatted(
                                    call.operation().op().getName(),
                                    call.op().opName(),
                                    layerOf(call.operation())
                                            .map(layer -> " of layer " + layer)
                                            .orElse(""),
                                    reason.getMessage()),
                    reason);
        }
    }

    /** Null for what has no counterpart. */
    private String name(String variable) {
        if (!names.containsKey(variable)) {
            SDVariable found = graph.getVariable(variable);
            if (found.getVariableType() == VariableType.ARRAY) {
                return null;
            }
            names.put(variable, nodes.tensor(constant(found)));
        }
        return names.get(variable);
    }

    private static NamedTensor tensor(Weight weight) {
        return NamedTensor.ofFloats(weight.name(), weight.shape().sizes(), weight::view);
    }

    /** An array that the graph holds and no layer made. */
    private static NamedTensor constant(SDVariable variable) {
        INDArray array = variable.getArr();
        TensorInfo info = new TensorInfo(
                variable.name(),
                Call.type(variable),
                Arrays.stream(array.shape()).boxed().toList());
        return new NamedTensor(info, () -> bytes(info, array));
    }

    private static ByteBuffer bytes(TensorInfo info, INDArray array) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(info.byteSize())).order(ByteOrder.LITTLE_ENDIAN);
        INDArray flat = array.dup('c').reshape(array.length());
        for (long i = 0; i < flat.length(); i++) {
            switch (info.type()) {
                case FLOAT32 -> bytes.putFloat(flat.getFloat(i));
                case FLOAT64 -> bytes.putDouble(flat.getDouble(i));
                case INT32 -> bytes.putInt(flat.getInt((int) i));
                case INT64 -> bytes.putLong(flat.getLong(i));
                default -> bytes.put((byte) flat.getInt((int) i));
            }
        }
        return bytes.flip();
    }

    /** The layer that an op was added by: the first whose output is made with it or after it. */
    private Optional<String> layerOf(Plan.Operation operation) {
        Map<String, String> layers = new HashMap<>();
        Deque<Tensor> open = new ArrayDeque<>(model.outputs());
        while (!open.isEmpty()) {
            Optional<Node> node = open.pop().producer();
            node.ifPresent(made -> made.outputs().forEach(output -> {
                if (layers.put(output.name(), made.layer().name()) == null) {
                    made.inputs().forEach(open::push);
                }
            }));
        }
        return plan.operations().stream()
                .skip(plan.operations().indexOf(operation))
                .flatMap(later -> later.outputs().stream())
                .flatMap(output -> Stream.ofNullable(layers.get(output)))
                .findFirst();
    }
}
