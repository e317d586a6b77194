package io.github.bert4j.checkpoint;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a graph whose weights were rounded to 8 bits as the float32 graph that it was made of, by the names that ONNX Runtime's
 * quantization gives.
 *
 * <p>The weight {@code W} is then {@code W_quantized}, {@code W_scale} and {@code W_zero_point}. Where it is multiplied by whole
 * numbers, {@code MatMul} has become {@code MatMulInteger}, {@code Cast} and {@code Mul}; elsewhere {@code DequantizeLinear}
 * comes first.
 *
 * <p>Source: {@code onnxruntime/python/tools/quantization/quant_utils.py} and {@code operators/matmul.py} of ONNX Runtime.
 */
final class OnnxQuantization {
    private static final String WHOLE = "_quantized";
    private static final String SCALE = "_scale";
    private static final String ZERO_POINT = "_zero_point";

    private OnnxQuantization() {}

    /** The graph as it was; the same graph if nothing in it is rounded. */
    static OnnxGraph undone(OnnxGraph graph) {
        Map<String, ReadableTensor> tensors = new HashMap<>();
        graph.initializers().forEach(tensor -> tensors.put(tensor.info().name(), tensor));
        Map<String, String> exact = new HashMap<>(); // what stands for a weight -> its name
        for (ReadableTensor tensor : graph.initializers()) {
            scaled(tensor, tensors).ifPresent(weight -> {
                String name = stem(tensor.info().name());
                exact.put(tensor.info().name(), name);
                List.of(WHOLE, SCALE, ZERO_POINT).forEach(part -> tensors.remove(name + part));
                tensors.put(name, new RenamedTensor(name, weight));
            });
        }
        return exact.isEmpty()
                ? graph
                : new OnnxGraph(operations(graph.nodes(), exact), new ArrayList<>(tensors.values()));
    }

    private static Optional<ScaledTensor> scaled(ReadableTensor whole, Map<String, ReadableTensor> tensors) {
        String name = whole.info().name();
        if (!name.endsWith(WHOLE) || !tensors.containsKey(stem(name) + SCALE)) {
            return Optional.empty();
        }
        return ScaledTensor.of(
                whole, tensors.get(stem(name) + SCALE), Optional.ofNullable(tensors.get(stem(name) + ZERO_POINT)));
    }

    private static String stem(String name) {
        return name.substring(0, name.length() - WHOLE.length());
    }

    private static List<OnnxNaming.Operation> operations(
            List<OnnxNaming.Operation> nodes, Map<String, String> weights) {
        Map<String, String> exact = new HashMap<>(weights);
        Map<String, OnnxNaming.Operation> readers = new HashMap<>();
        for (OnnxNaming.Operation node : nodes) {
            node.inputs().forEach(input -> readers.put(input, node));
            if (node.operator().equals("DequantizeLinear")
                    && weights.containsKey(node.inputs().get(0))) {
                node.outputs()
                        .forEach(output ->
                                exact.put(output, weights.get(node.inputs().get(0))));
            }
        }
        return nodes.stream()
                .map(node -> node.operator().equals("MatMulInteger") ? product(node, readers) : node)
                .map(node -> new OnnxNaming.Operation(
                        node.operator(),
                        node.inputs().stream()
                                .map(input -> exact.getOrDefault(input, input))
                                .toList(),
                        node.outputs(),
                        node.transB()))
                .toList();
    }

    /** The product in floats: what comes after cast and scale. */
    private static OnnxNaming.Operation product(OnnxNaming.Operation whole, Map<String, OnnxNaming.Operation> readers) {
        List<String> outputs = whole.outputs();
        for (String operator : List.of("Cast", "Mul")) {
            OnnxNaming.Operation next = outputs.isEmpty() ? null : readers.get(outputs.get(0));
            if (next == null || !next.operator().equals(operator)) {
                return whole;
            }
            outputs = next.outputs();
        }
        return new OnnxNaming.Operation("MatMul", whole.inputs().subList(0, 2), outputs, false);
    }
}
