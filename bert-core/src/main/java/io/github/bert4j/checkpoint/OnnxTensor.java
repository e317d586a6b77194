package io.github.bert4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads one of an ONNX model's tensors: {@code onnx.proto}'s {@code TensorProto}. */
final class OnnxTensor {
    private static final int LONGEST_TEXT = 4096;
    private static final long EXTERNAL = 1;

    private final OnnxFiles files;
    private final long start;
    private final List<Long> shape = new ArrayList<>();
    private final Map<String, String> external = new HashMap<>();
    private String name = "";
    private long code;
    private long location;
    private Cursor raw;
    private Cursor typed;
    private Cursor varints;

    private OnnxTensor(OnnxFiles files, long start) {
        this.files = files;
        this.start = start;
    }

    /** Empty for strings, and for integers of more than 8 bits in a list of varints, as constants of the graph can be. */
    static Optional<ReadableTensor> read(OnnxFiles files, Cursor content) throws IOException {
        OnnxTensor tensor = new OnnxTensor(files, content.position());
        tensor.readFields(new ProtobufReader(content));
        return tensor.readable();
    }

    private void readFields(ProtobufReader message) throws IOException {
        while (message.next()) {
            switch (message.field()) {
                case 1 -> readDimensions(message);
                case 2 -> code = message.varint();
                case 3 -> message.verify(false, "a tensor is stored in segments, which is not supported");
                case 4, 10 -> { // float_data, double_data
                    message.verify(typed == null, "a tensor's values are not in one packed list");
                    typed = message.content();
                }
                case 5 -> { // int32_data, in which float16 is too
                    message.verify(varints == null, "a tensor's values are not in one packed list");
                    varints = message.content();
                }
                case 6, 7, 11 -> varints = message.content(); // string_data, int64_data, uint64_data
                case 8 -> name = message.text(LONGEST_TEXT);
                case 9 -> raw = message.content();
                case 13 -> readExternal(message.message());
                case 14 -> location = message.varint();
                default -> {}
            }
        }
    }

    private void readDimensions(ProtobufReader message) throws IOException {
        if (!message.isLengthDelimited()) {
            shape.add(message.varint());
            return;
        }
        Cursor packed = message.content();
        while (packed.remaining() > 0) {
            shape.add(packed.varint());
        }
    }

    /** One entry of a map. */
    private void readExternal(ProtobufReader entry) throws IOException {
        String key = "";
        String value = "";
        while (entry.next()) {
            switch (entry.field()) {
                case 1 -> key = entry.text(LONGEST_TEXT);
                case 2 -> value = entry.text(LONGEST_TEXT);
                default -> {}
            }
        }
        external.put(key, value);
    }

    private Optional<ReadableTensor> readable() throws IOException {
        Optional<DataType> known = DataType.ofOnnxCode(code);
        verify(known.isPresent(), "has the data type code " + code + ", which is not supported");
        DataType type = known.get();
        boolean small = type == DataType.INT8 || type == DataType.UINT8;
        if (type == DataType.STRING || varints != null && !type.isFloat() && !small) {
            return Optional.empty();
        }
        verify(TensorInfo.isCountable(type, shape), "of type " + type + " has the impossible shape " + shape);
        TensorInfo info = new TensorInfo(name, type, shape);
        if (location == EXTERNAL || !external.isEmpty()) {
            return Optional.of(external(info));
        }
        if (varints != null) {
            return Optional.of(inVarints(info));
        }
        Cursor values = raw != null ? raw : typed;
        long size = values == null ? 0 : values.remaining();
        return Optional.of(stored(info, files.model(), values == null ? start : values.position(), size));
    }

    private ReadableTensor stored(TensorInfo info, CheckpointFile file, long offset, long size) throws IOException {
        verify(
                size == info.byteSize(),
                "of type " + info.type() + " and shape " + shape + " cannot have " + size + " bytes");
        return new StoredTensor(info, List.of(Piece.whole(file, offset, size, OptionalInt.empty(), shape)));
    }

    private ReadableTensor external(TensorInfo info) throws IOException {
        CheckpointFile file = files.data(external.getOrDefault("location", ""), start);
        long offset = number("offset", 0);
        long size = number("length", info.byteSize());
        verify(
                offset <= file.size() && size <= file.size() - offset,
                "is at byte %d of the external file %s and has %d, but the file has %d"
                        .formatted(offset, file.path(), size, file.size()));
        return stored(info, file, offset, size);
    }

    private long number(String key, long otherwise) throws IOException {
        String digits = external.get(key);
        verify(
                digits == null || digits.matches("\\d{1,18}"),
                "lies in an external file at " + key + " '" + digits + "', which is no number");
        return digits == null ? otherwise : Long.parseLong(digits);
    }

    /** 8 or 16 bits in each varint: int8, uint8, float16 or bfloat16. */
    private ReadableTensor inVarints(TensorInfo info) throws IOException {
        int size = info.type().byteSize();
        verify(
                size == Byte.BYTES || size == Short.BYTES,
                "of type " + info.type() + " is stored as a list of varints, which is not supported");
        verify(info.elements() <= varints.remaining(), "has fewer values than its shape " + shape + " needs");
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(info.byteSize())).order(ByteOrder.LITTLE_ENDIAN);
        while (varints.remaining() > 0) {
            verify(bytes.hasRemaining(), "has more values than its shape " + shape + " allows");
            long bits = varints.varint();
            boolean fits = info.type() == DataType.INT8 ? bits == (byte) bits : bits >>> size * Byte.SIZE == 0;
            verify(fits, "has a value of more than " + size * Byte.SIZE + " bits");
            if (size == Byte.BYTES) {
                bytes.put((byte) bits);
            } else {
                bytes.putShort((short) bits);
            }
        }
        verify(!bytes.hasRemaining(), "has fewer values than its shape " + shape + " needs");
        return new InlineTensor(info, bytes.flip());
    }

    private void verify(boolean condition, String reason) throws MalformedCheckpointException {
        files.model().verify(condition, start, "tensor '" + name + "' " + reason);
    }
}
