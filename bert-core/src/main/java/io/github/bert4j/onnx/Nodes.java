package io.github.bert4j.onnx;

import io.github.bert4j.checkpoint.DataType;
import io.github.bert4j.checkpoint.NamedTensor;
import io.github.bert4j.checkpoint.OnnxNode;
import io.github.bert4j.checkpoint.OnnxNode.Attribute;
import io.github.bert4j.checkpoint.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Collects the operators and constants of an ONNX graph; what was made once is not made again. */
final class Nodes {
    private final List<OnnxNode> nodes = new ArrayList<>();
    private final Map<String, NamedTensor> tensors = new LinkedHashMap<>();
    private final Map<Expression, String> made = new HashMap<>();
    private final Map<String, Integer> taken = new HashMap<>();
    private String scope = "";

    private record Expression(String operator, List<String> inputs, List<Attribute> attributes) {}

    /** Says whose operators come next; their names begin so. */
    void enter(String name) {
        scope = name + "/";
    }

    /** An operator with one output, whose name is returned. */
    String add(String operator, List<String> inputs, Attribute... attributes) {
        return made.computeIfAbsent(new Expression(operator, inputs, List.of(attributes)), missing -> {
            String name = unique(scope + operator);
            nodes.add(new OnnxNode(operator, inputs, List.of(name), missing.attributes()));
            return name;
        });
    }

    /** An operator with several outputs, whose names are returned. */
    List<String> addAll(String operator, List<String> inputs, int outputs, List<Attribute> attributes) {
        List<String> names = IntStream.range(0, outputs)
                .mapToObj(output -> unique(scope + operator))
                .toList();
        nodes.add(new OnnxNode(operator, inputs, names, attributes));
        return names;
    }

    /** An operator of one input and no settings. */
    String add(String operator, String input) {
        return add(operator, List.of(input));
    }

    /** An operator of two inputs and no settings. */
    String add(String operator, String first, String second) {
        return add(operator, List.of(first, second));
    }

    /** Names a result. */
    void name(String result, String name) {
        nodes.add(new OnnxNode("Identity", List.of(result), List.of(name), List.of()));
    }

    /** A weight or array of the graph, under its own name. */
    String tensor(NamedTensor tensor) {
        tensors.putIfAbsent(tensor.info().name(), tensor);
        return tensor.info().name();
    }

    /** A float32 scalar. */
    String number(double value) {
        return scalar(DataType.FLOAT32, value);
    }

    /** A scalar of some type, for operators whose inputs must be of one. */
    String scalar(DataType type, double value) {
        ByteBuffer bytes = littleEndian(type.byteSize());
        return constant(type, List.of(), put(type, bytes, value).flip());
    }

    /** An int64 scalar, as an index. */
    String index(long value) {
        return scalar(DataType.INT64, value);
    }

    /** A list of int64, as axes or a shape. */
    String list(long... values) {
        ByteBuffer bytes = littleEndian(values.length * Long.BYTES);
        for (long value : values) {
            bytes.putLong(value);
        }
        return constant(DataType.INT64, List.of((long) values.length), bytes.flip());
    }

    /** A list of float64. */
    String doubles(double... values) {
        ByteBuffer bytes = littleEndian(values.length * Double.BYTES);
        for (double value : values) {
            bytes.putDouble(value);
        }
        return constant(DataType.FLOAT64, List.of((long) values.length), bytes.flip());
    }

    /** Values of another type: ONNX's {@code Cast}. */
    String cast(String input, DataType type) {
        return add("Cast", List.of(input), Attribute.of("to", (long) type.onnxCode()));
    }

    List<OnnxNode> nodes() {
        return nodes;
    }

    Collection<NamedTensor> tensors() {
        return tensors.values();
    }

    private String constant(DataType type, List<Long> shape, ByteBuffer bytes) {
        List<String> values = List.of(shape.toString(), Arrays.toString(bytes.array()));
        return made.computeIfAbsent(
                new Expression(type.toString(), values, List.of()),
                missing -> tensor(new NamedTensor(new TensorInfo(unique("constant/"), type, shape), bytes::duplicate)));
    }

    private static ByteBuffer put(DataType type, ByteBuffer bytes, double value) {
        return switch (type) {
            case FLOAT32 -> bytes.putFloat((float) value);
            case FLOAT64 -> bytes.putDouble(value);
            case INT32 -> bytes.putInt((int) value);
            case INT64 -> bytes.putLong((long) value);
            default -> throw new IllegalArgumentException("No ONNX constant of type " + type + " is needed so far");
        };
    }

    private static ByteBuffer littleEndian(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private String unique(String name) {
        int count = taken.merge(name, 1, Integer::sum);
        return count == 1 && !name.endsWith("/") ? name : name + "_" + count;
    }
}
