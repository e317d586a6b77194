package io.github.bert4j.checkpoint;

import io.github.bert4j.files.ByteWriter;
import java.util.List;

/**
 * An operator of an ONNX graph: {@code onnx.proto}'s {@code NodeProto}.
 *
 * @param operator one of https://onnx.ai/onnx/operators/
 * @param inputs names of what it reads
 * @param outputs names of what it makes; the first is the node's name too
 */
public record OnnxNode(String operator, List<String> inputs, List<String> outputs, List<Attribute> attributes) {
    /** Where an attribute says which of its fields is used. */
    private static final int TYPE_FIELD = 20;

    public OnnxNode {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        attributes = List.copyOf(attributes);
    }

    /** A setting of an operator. */
    public sealed interface Attribute {
        String name();

        /** As {@code onnx.proto}'s {@code AttributeProto}. */
        byte[] message();

        /** A number such as an axis. */
        static Attribute of(String name, long value) {
            return new IntAttribute(name, value);
        }

        /** A number such as an epsilon. */
        static Attribute of(String name, float value) {
            return new FloatAttribute(name, value);
        }

        /** A word such as a direction. */
        static Attribute of(String name, String value) {
            return new TextAttribute(name, value);
        }

        /** A list such as one of axes. */
        static Attribute of(String name, List<Long> values) {
            return new IntsAttribute(name, values);
        }
    }

    private record IntAttribute(String name, long value) implements Attribute {
        private static final int FIELD = 3;
        private static final int TYPE = 2;

        @Override
        public byte[] message() {
            return writer(name)
                    .varint(FIELD << 3)
                    .varint(value)
                    .varintField(TYPE_FIELD, TYPE)
                    .toByteArray();
        }
    }

    private record FloatAttribute(String name, float value) implements Attribute {
        private static final int FIELD = 2;
        private static final int TYPE = 1;

        @Override
        public byte[] message() {
            return writer(name)
                    .varint(FIELD << 3 | 5)
                    .fixed32(Float.floatToIntBits(value))
                    .varintField(TYPE_FIELD, TYPE)
                    .toByteArray();
        }
    }

    private record TextAttribute(String name, String value) implements Attribute {
        private static final int FIELD = 4;
        private static final int TYPE = 3;

        @Override
        public byte[] message() {
            return writer(name)
                    .textField(FIELD, value)
                    .varintField(TYPE_FIELD, TYPE)
                    .toByteArray();
        }
    }

    private record IntsAttribute(String name, List<Long> values) implements Attribute {
        private static final int FIELD = 8;
        private static final int TYPE = 7;

        IntsAttribute {
            values = List.copyOf(values);
        }

        @Override
        public byte[] message() {
            ByteWriter out = writer(name);
            values.forEach(value -> out.varint(FIELD << 3).varint(value));
            return out.varintField(TYPE_FIELD, TYPE).toByteArray();
        }
    }

    private static ByteWriter writer(String name) {
        return new ByteWriter().textField(1, name);
    }
}
