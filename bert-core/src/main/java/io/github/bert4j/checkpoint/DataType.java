package io.github.bert4j.checkpoint;

import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The element types of checkpoint tensors, with the codes the three file formats give them.
 *
 * <p>A file with a type that is not here is refused as a whole: without knowing the size of its elements, its tensors
 * cannot be checked against the file.
 */
public enum DataType {
    FLOAT32("float32", 1, 1, "F32", 4),
    FLOAT64("float64", 2, 11, "F64", 8),
    INT32("int32", 3, 6, "I32", 4),
    UINT8("uint8", 4, 2, "U8", 1),
    INT16("int16", 5, 5, "I16", 2),
    INT8("int8", 6, 3, "I8", 1),
    STRING("string", 7, 8, null, 0),
    INT64("int64", 9, 7, "I64", 8),
    BOOL("bool", 10, 9, "BOOL", 1),
    BFLOAT16("bfloat16", 14, 16, "BF16", 2),
    UINT16("uint16", 17, 4, "U16", 2),
    FLOAT16("float16", 19, 10, "F16", 2),
    UINT32("uint32", 22, 12, "U32", 4),
    UINT64("uint64", 23, 13, "U64", 8);

    private final String text;
    private final int tensorFlowCode;
    private final int onnxCode;
    private final String safeTensorsCode;
    private final int byteSize;

    DataType(String text, int tensorFlowCode, int onnxCode, String safeTensorsCode, int byteSize) {
        this.text = text;
        this.tensorFlowCode = tensorFlowCode;
        this.onnxCode = onnxCode;
        this.safeTensorsCode = safeTensorsCode;
        this.byteSize = byteSize;
    }

    /**
     * Bytes of one element.
     *
     * @throws UnsupportedOperationException for {@link #STRING}, whose elements have no common size
     */
    public int byteSize() {
        if (!isFixedSize()) {
            throw new UnsupportedOperationException("Elements of type " + text + " have no fixed size");
        }
        return byteSize;
    }

    /** Whether every element takes the same number of bytes: true for all types but {@link #STRING}. */
    public boolean isFixedSize() {
        return byteSize > 0;
    }

    /** The code in TensorFlow's {@code types.proto}. */
    int tensorFlowCode() {
        return tensorFlowCode;
    }

    /** The name in a safetensors header, which has no strings. */
    Optional<String> safeTensorsCode() {
        return Optional.ofNullable(safeTensorsCode);
    }

    /** Whether {@link TensorSource#readFloats} reads it. */
    public boolean isFloat() {
        return switch (this) {
            case FLOAT32, FLOAT64, FLOAT16, BFLOAT16 -> true;
            default -> false;
        };
    }

    static Optional<DataType> ofTensorFlowCode(long code) {
        return first(type -> type.tensorFlowCode == code);
    }

    /** The code in ONNX's {@code TensorProto.DataType}. */
    public int onnxCode() {
        return onnxCode;
    }

    static Optional<DataType> ofOnnxCode(long code) {
        return first(type -> type.onnxCode == code);
    }

    static Optional<DataType> ofSafeTensorsCode(String code) {
        return first(type -> code.equals(type.safeTensorsCode));
    }

    private static Optional<DataType> first(Predicate<DataType> condition) {
        return Stream.of(values()).filter(condition).findFirst();
    }

    /** TensorFlow's lower-case name, for example {@code float32}. */
    @Override
    public String toString() {
        return text;
    }
}
