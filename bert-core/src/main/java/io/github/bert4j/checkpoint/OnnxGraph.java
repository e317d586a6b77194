package io.github.bert4j.checkpoint;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The parts of an ONNX model that say which weights it has and what they are for: {@code onnx.proto}'s
 * {@code ModelProto.graph}.
 *
 * @param nodes of the operators through which a dense layer's weights are found
 */
record OnnxGraph(List<OnnxNaming.Operation> nodes, List<ReadableTensor> initializers) {
    private static final int LONGEST_NAME = 4096;

    static OnnxGraph read(OnnxFiles files) throws IOException {
        CheckpointFile file = files.model();
        OnnxGraph graph = new OnnxGraph(new ArrayList<>(), new ArrayList<>());
        ProtobufReader model = new ProtobufReader(new Cursor(new FileBytes(file), 0, file.size()));
        boolean found = false;
        while (model.next()) {
            if (model.field() == 7) {
                found = true;
                graph.readGraph(files, model.message());
            }
        }
        file.verify(found, file.size(), "this ONNX model has no graph");
        return graph;
    }

    private void readGraph(OnnxFiles files, ProtobufReader graph) throws IOException {
        while (graph.next()) {
            switch (graph.field()) {
                case 1 -> nodes.add(readNode(graph.message()));
                case 5 -> OnnxTensor.read(files, graph.content()).ifPresent(initializers::add);
                default -> {}
            }
        }
    }

    private static OnnxNaming.Operation readNode(ProtobufReader message) throws IOException {
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
        return new OnnxNaming.Operation(operator, inputs, outputs, transB);
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
}
