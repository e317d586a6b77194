package io.github.bert4j.checkpoint;

import io.github.bert4j.files.ByteWriter;
import io.github.bert4j.files.PendingFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes ONNX models, one weight in memory at a time: {@code onnx.proto}'s {@code ModelProto} with weights inside the file.
 *
 * <p>Source: https://github.com/onnx/onnx/blob/main/docs/IR.md.
 */
public final class OnnxWriter {
    /** The version of ONNX's operators that the nodes are of. */
    public static final int OPERATOR_SET = 17;

    /** That of the format which came with it. */
    private static final int FORMAT_VERSION = 8;

    private static final String PRODUCER = "bert4j";
    private static final int GRAPH = 7;
    private static final int INITIALIZER = 5;
    private static final int RAW_DATA = 9;

    private OnnxWriter() {}

    /**
     * A graph.
     *
     * @param nodes each after those whose outputs it reads
     * @param initializers weights and constants
     */
    public record Content(
            String name,
            List<OnnxValue> inputs,
            List<OnnxValue> outputs,
            List<OnnxNode> nodes,
            List<NamedTensor> initializers) {}

    /**
     * Writes a file under a temporary name in the same folder, then moves it into place, replacing one that is there.
     *
     * @throws IllegalArgumentException if the file would become larger than a protocol buffer can be, 2 GB; nothing is
     *     written then
     */
    public static void write(Path file, Content content) throws IOException {
        List<byte[]> heads = new ArrayList<>();
        ByteWriter fields = fields(content);
        long graphSize = fields.size();
        for (NamedTensor tensor : content.initializers()) {
            byte[] head = head(tensor.info());
            heads.add(head);
            graphSize += head.length + tensor.info().byteSize();
        }
        byte[] start = new ByteWriter()
                .varintField(1, FORMAT_VERSION)
                .textField(2, PRODUCER)
                .bytesField(
                        8,
                        new ByteWriter()
                                .textField(1, "")
                                .varintField(2, OPERATOR_SET)
                                .toByteArray())
                .varint(GRAPH << 3 | 2)
                .varint(graphSize)
                .toByteArray();
        requireSize(file, start.length + graphSize);
        try (PendingFile pending = PendingFile.create(file)) {
            pending.write(ByteBuffer.wrap(start));
            pending.write(ByteBuffer.wrap(fields.toByteArray()));
            for (int i = 0; i < heads.size(); i++) {
                pending.write(ByteBuffer.wrap(heads.get(i)));
                pending.write(content.initializers().get(i).bytes());
            }
            pending.commit();
        }
    }

    static void requireSize(Path file, long size) {
        if (size > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "%s would have %d bytes, but an ONNX file with its weights inside has at most %d: expected a smaller model"
                            .formatted(file, size, Integer.MAX_VALUE));
        }
    }

    /** All of the graph but its weights. */
    private static ByteWriter fields(Content content) {
        ByteWriter graph = new ByteWriter();
        for (OnnxNode node : content.nodes()) {
            ByteWriter message = new ByteWriter();
            node.inputs().forEach(input -> message.textField(1, input));
            node.outputs().forEach(output -> message.textField(2, output));
            message.textField(3, node.outputs().get(0)).textField(4, node.operator());
            node.attributes().forEach(attribute -> message.bytesField(5, attribute.message()));
            graph.bytesField(1, message.toByteArray());
        }
        graph.textField(2, content.name());
        content.inputs().forEach(input -> graph.bytesField(11, input.message()));
        content.outputs().forEach(output -> graph.bytesField(12, output.message()));
        return graph;
    }

    /** What comes before the bytes of a tensor's values, the field of the graph that holds it included. */
    private static byte[] head(TensorInfo info) {
        ByteWriter tensor = new ByteWriter();
        info.shape().forEach(axis -> tensor.varint(1 << 3).varint(axis));
        tensor.varintField(2, info.type().onnxCode())
                .textField(8, info.name())
                .varint(RAW_DATA << 3 | 2)
                .varint(info.byteSize());
        return new ByteWriter()
                .varint(INITIALIZER << 3 | 2)
                .varint(tensor.size() + info.byteSize())
                .bytes(tensor.toByteArray())
                .toByteArray();
    }
}
