package io.github.bert4j.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An ONNX file as the field numbers of {@code onnx.proto} say, read without any code of the library. */
record ParsedModel(
        long formatVersion,
        List<String> operatorSets,
        List<Node> nodes,
        List<String> initializers,
        List<Value> inputs,
        List<Value> outputs) {

    record Node(String operator, String name, List<String> inputs, List<String> outputs) {}

    /** @param axes sizes or names */
    record Value(String name, long type, List<String> axes) {}

    private record Field(int number, long varint, ByteBuffer content) {
        String text() {
            return StandardCharsets.UTF_8.decode(content.duplicate()).toString();
        }

        List<Field> fields() {
            return read(content.duplicate());
        }
    }

    static ParsedModel read(Path file) throws IOException {
        List<Field> model = read(ByteBuffer.wrap(Files.readAllBytes(file)));
        List<Field> graph = only(model, 7).fields();
        return new ParsedModel(
                only(model, 1).varint(),
                all(model, 8).stream()
                        .map(set -> only(set.fields(), 1).text() + ":"
                                + only(set.fields(), 2).varint())
                        .toList(),
                all(graph, 1).stream().map(Field::fields).map(ParsedModel::node).toList(),
                all(graph, 5).stream()
                        .map(tensor -> only(tensor.fields(), 8).text())
                        .toList(),
                all(graph, 11).stream()
                        .map(Field::fields)
                        .map(ParsedModel::value)
                        .toList(),
                all(graph, 12).stream()
                        .map(Field::fields)
                        .map(ParsedModel::value)
                        .toList());
    }

    private static Node node(List<Field> fields) {
        return new Node(only(fields, 4).text(), only(fields, 3).text(), texts(fields, 1), texts(fields, 2));
    }

    private static Value value(List<Field> fields) {
        List<Field> tensor = only(only(fields, 2).fields(), 1).fields();
        List<String> axes = new ArrayList<>();
        for (Field axis : all(only(tensor, 2).fields(), 1)) {
            Field size = axis.fields().get(0);
            axes.add(size.number() == 1 ? String.valueOf(size.varint()) : size.text());
        }
        return new Value(only(fields, 1).text(), only(tensor, 1).varint(), axes);
    }

    private static List<String> texts(List<Field> fields, int number) {
        return all(fields, number).stream().map(Field::text).toList();
    }

    private static List<Field> all(List<Field> fields, int number) {
        return fields.stream().filter(field -> field.number() == number).toList();
    }

    private static Field only(List<Field> fields, int number) {
        List<Field> found = all(fields, number);
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " fields " + number + " instead of one");
        }
        return found.get(0);
    }

    private static List<Field> read(ByteBuffer bytes) {
        List<Field> fields = new ArrayList<>();
        while (bytes.hasRemaining()) {
            int tag = (int) varint(bytes);
            switch (tag & 7) {
                case 0 -> fields.add(new Field(tag >>> 3, varint(bytes), ByteBuffer.allocate(0)));
                case 2 -> {
                    int length = (int) varint(bytes);
                    fields.add(new Field(tag >>> 3, 0, bytes.slice(bytes.position(), length)));
                    bytes.position(bytes.position() + length);
                }
                case 5 -> fields.add(new Field(tag >>> 3, bytes.getInt(), ByteBuffer.allocate(0)));
                default -> throw new AssertionError("wire type " + (tag & 7));
            }
        }
        return fields;
    }

    private static long varint(ByteBuffer bytes) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte group = bytes.get();
            value |= (long) (group & 0x7f) << shift;
            if (group >= 0) {
                return value;
            }
        }
    }
}
