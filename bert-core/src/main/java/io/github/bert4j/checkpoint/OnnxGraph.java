package io.github.bert4j.checkpoint;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The parts of an ONNX model that say which weights it has and what they are for: {@code onnx.proto}'s
 * {@code ModelProto.graph}.
 *
 * @param nodes of the operators through which a dense layer's weights are found
 */
record OnnxGraph(List<Node> nodes, List<StoredTensor> initializers) {
    private static final int LONGEST_NAME = 4096;

    /**
     * An operation of the graph.
     *
     * @param transB Gemm's attribute: its second input is stored [out, in]
     */
    record Node(String operator, List<String> inputs, List<String> outputs, boolean transB) {}

    static OnnxGraph read(CheckpointFile file) throws IOException {
        OnnxGraph graph = new OnnxGraph(new ArrayList<>(), new ArrayList<>());
        ProtobufReader model = new ProtobufReader(new Cursor(new FileBytes(file), 0, file.size()));
        boolean found = false;
        while (model.next()) {
            if (model.field() == 7) {
                found = true;
                graph.readGraph(file, model.message());
            }
        }
        file.verify(found, file.size(), "this ONNX model has no graph");
        return graph;
    }

    private void readGraph(CheckpointFile file, ProtobufReader graph) throws IOException {
        while (graph.next()) {
            switch (graph.field()) {
                case 1 -> nodes.add(readNode(graph.message()));
                case 5 -> readTensor(file, graph.content()).ifPresent(initializers::add);
                default -> {}
            }
        }
    }

    private static Node readNode(ProtobufReader message) throws IOException {
        List<String> inputs = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        String operator = "";
        boolean transB = false;
        while (message.next()) {
            switch (message.field()) {
                case 1 -> inputs.add(message.text(LONGEST_NAME));
                case 2 -> outputs.add(message.text(LONGEST_NAME));
                case 4 -> operator = message.text(LONGEST_NAME);
                case 5 -> transB |= isTransB(message.message());
                default -> {}
            }
        }
        return new Node(operator, inputs, outputs, transB);
    }

    private static boolean isTransB(ProtobufReader attribute) throws IOException {
        String name = "";
        long value = 0;
        while (attribute.next()) {
            switch (attribute.field()) {
                case 1 -> name = attribute.text(LONGEST_NAME);
                case 3 -> value = attribute.varint();
                default -> {}
            }
        }
        return name.equals("transB") && value != 0;
    }

    /** A {@code TensorProto}; empty for integers in a list of varints, as constants of the graph can be. */
    private static Optional<StoredTensor> readTensor(CheckpointFile file, Cursor content) throws IOException {
        long start = content.position();
        List<Long> shape = new ArrayList<>();
        long code = 0;
        String name = "";
        Cursor raw = null;
        Cursor typed = null;
        boolean varints = false;
        ProtobufReader message = new ProtobufReader(content);
        while (message.next()) {
            switch (message.field()) {
                case 1 -> readDimensions(message, shape);
                case 2 -> code = message.varint();
                case 4, 10 -> { // float_data, double_data
                    message.verify(typed == null, "a tensor's values are not in one packed list");
                    typed = message.content();
                }
                case 5, 6, 7, 11 -> varints = true; // int32_data, string_data, int64_data, uint64_data
                case 8 -> name = message.text(LONGEST_NAME);
                case 9 -> raw = message.content();
                case 3 -> message.verify(false, "a tensor is stored in segments, which is not supported");
                case 13 -> message.verify(false, "a tensor lies in an external file, which is not supported");
                case 14 ->
                    message.verify(message.varint() == 0, "a tensor lies in an external file, which is not supported");
                default -> {}
            }
        }
        Optional<DataType> known = DataType.ofOnnxCode(code);
        String what = "tensor '" + name + "' ";
        file.verify(known.isPresent(), start, what + "has the data type code " + code + ", which is not supported");
        DataType type = known.get();
        if (type == DataType.STRING || varints && !isFloat(type)) {
            return Optional.empty();
        }
        file.verify(
                !varints, start, what + "of type " + type + " is stored as a list of varints, which is not supported");
        file.verify(TensorInfo.isCountable(type, shape), start, what + "has the impossible shape " + shape);
        TensorInfo info = new TensorInfo(name, type, shape);
        Cursor values = raw != null ? raw : typed;
        long offset = values == null ? start : values.position();
        long size = values == null ? 0 : values.remaining();
        file.verify(
                size == info.byteSize(),
                start,
                what + "of type " + type + " and shape " + shape + " cannot have " + size + " bytes");
        return Optional.of(
                new StoredTensor(info, List.of(Piece.whole(file, offset, size, OptionalInt.empty(), shape))));
    }

    private static boolean isFloat(DataType type) {
        return switch (type) {
            case FLOAT32, FLOAT64, FLOAT16, BFLOAT16 -> true;
            case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, BOOL, STRING -> false;
        };
    }

    private static void readDimensions(ProtobufReader message, List<Long> shape) throws IOException {
        if (!message.isLengthDelimited()) {
            shape.add(message.varint());
            return;
        }
        Cursor packed = message.content();
        while (packed.remaining() > 0) {
            shape.add(packed.varint());
        }
    }
}
