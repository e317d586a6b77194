package io.github.bert4j.checkpoint;

import io.github.bert4j.files.ByteWriter;
import java.util.List;

/** An input or output of an ONNX graph: {@code onnx.proto}'s {@code ValueInfoProto}. */
public record OnnxValue(String name, DataType type, List<Axis> axes) {

    public OnnxValue {
        axes = List.copyOf(axes);
    }

    /** How long an axis is. */
    public sealed interface Axis {
        /** As {@code onnx.proto}'s {@code TensorShapeProto.Dimension}. */
        byte[] message();
    }

    /** An axis of one length. */
    public record Fixed(long size) implements Axis {
        @Override
        public byte[] message() {
            return new ByteWriter().varint(1 << 3).varint(size).toByteArray();
        }
    }

    /** An axis of any length; axes of the same name are of the same length. */
    public record Dynamic(String name) implements Axis {
        @Override
        public byte[] message() {
            return new ByteWriter().textField(2, name).toByteArray();
        }
    }

    byte[] message() {
        ByteWriter shape = new ByteWriter();
        axes.forEach(axis -> shape.bytesField(1, axis.message()));
        byte[] tensor = new ByteWriter()
                .varintField(1, type.onnxCode())
                .bytesField(2, shape.toByteArray())
                .toByteArray();
        return new ByteWriter()
                .textField(1, name)
                .bytesField(2, new ByteWriter().bytesField(1, tensor).toByteArray())
                .toByteArray();
    }
}
