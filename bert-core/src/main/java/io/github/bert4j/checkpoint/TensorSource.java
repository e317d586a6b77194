package io.github.bert4j.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;

/**
 * Named arrays in a file: a checkpoint to read weights from.
 *
 * <p>Opening reads the names and shapes only; values are read when asked for. All methods but {@link #close} may be
 * called from several threads at once.
 */
public interface TensorSource extends Closeable {
    /**
     * Opens a checkpoint of any of the three formats.
     *
     * @param path a {@code *.safetensors}, {@code *.safetensors.index.json} or {@code *.onnx} file, a TensorFlow
     *     checkpoint's prefix or {@code *.index} file, or a directory with just one of them
     * @throws java.nio.file.NoSuchFileException if there is none
     * @throws IllegalArgumentException if a directory has several
     * @throws MalformedCheckpointException if it cannot be understood
     */
    static TensorSource open(Path path) throws IOException {
        return open(path, OnnxNaming.AS_THEY_ARE);
    }

    /** As {@link #open(Path)}, with other names for what an ONNX model holds. */
    static TensorSource open(Path path, OnnxNaming naming) throws IOException {
        return CheckpointDirectory.open(path, naming);
    }

    /** The file, or for a TensorFlow checkpoint the prefix of its files. */
    Path location();

    /** All tensors by name, in the order of the names' UTF-8 bytes. */
    SortedMap<String, TensorInfo> tensors();

    /**
     * The type and shape of one tensor.
     *
     * @throws IllegalArgumentException if there is no such tensor; the message names similar ones
     */
    default TensorInfo tensor(String name) {
        TensorInfo info = tensors().get(name);
        if (info == null) {
            throw new IllegalArgumentException(location() + " has no tensor '" + name + "'; "
                    + NearNames.describe(name, tensors().keySet()));
        }
        return info;
    }

    /**
     * Reads a tensor's bytes, little-endian and row-major, into a buffer; direct buffers are filled without a copy.
     *
     * @param target a buffer with exactly {@link TensorInfo#byteSize} bytes remaining, all consumed on return
     * @throws IllegalArgumentException if there is no such tensor, it is of strings, or the buffer is of another size
     * @throws MalformedCheckpointException if the values are damaged; the buffer's contents are then meaningless
     */
    void read(String name, ByteBuffer target) throws IOException;

    /**
     * Hands a tensor's bytes to a consumer in order, in little-endian chunks of whole elements; each buffer is valid
     * during its call only. For tensors larger than a buffer can be, and for one pass without memory.
     *
     * @throws IllegalArgumentException if there is no such tensor, or it is of strings
     * @throws MalformedCheckpointException if the values are damaged, which may show after the last chunk only
     */
    void stream(String name, Consumer<ByteBuffer> chunks) throws IOException;

    /**
     * Reads a tensor as float32, converting float64, float16 and bfloat16.
     *
     * @param target a buffer with exactly {@link TensorInfo#elements} floats remaining, all consumed on return
     * @throws IllegalArgumentException if there is no such tensor, it is of another type, or the buffer's size is wrong
     * @throws MalformedCheckpointException if the values are damaged; the buffer's contents are then meaningless
     */
    default void readFloats(String name, FloatBuffer target) throws IOException {
        TensorInfo info = tensor(name);
        if (target.remaining() != info.elements()) {
            throw new IllegalArgumentException("Tensor '" + name + "' has " + info.elements()
                    + " elements, but the buffer has room for " + target.remaining());
        }
        Consumer<ByteBuffer> decoder = Decoding.floats(info, target);
        stream(name, decoder);
    }

    /**
     * Hands every value to a consumer as a double, in row-major order; booleans are 0 and 1.
     *
     * @throws IllegalArgumentException if there is no such tensor, or it is of strings
     * @throws MalformedCheckpointException if the values are damaged, which may show after the last value only
     */
    default void values(String name, DoubleConsumer consumer) throws IOException {
        stream(name, Decoding.doubles(tensor(name), consumer));
    }
}
