package io.github.bert4j.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A TensorFlow V2 checkpoint (a "tensor bundle"): {@code PREFIX.index} and one or more {@code PREFIX.data-*} files.
 *
 * <p>Opening reads the index and checks that the data files have room for exactly the tensors it names. Every
 * tensor's checksum is verified when it is read. Partitioned variables are listed and read as the one variable they
 * are.
 */
public final class TensorFlowCheckpoint extends FileTensors {
    private final Map<String, StoredTensor> strings;

    private TensorFlowCheckpoint(Path prefix, List<CheckpointFile> files, Collection<StoredTensor> tensors) {
        super(prefix, files, tensors);
        strings = tensors.stream()
                .filter(tensor -> tensor.info().type() == DataType.STRING)
                .collect(Collectors.toMap(tensor -> tensor.info().name(), tensor -> tensor));
    }

    /**
     * Opens a checkpoint.
     *
     * @param prefix the path of the files up to {@code .index}, for example {@code chinese_L-12/bert_model.ckpt}
     * @throws java.nio.file.NoSuchFileException if there is no {@code PREFIX.index}
     * @throws MalformedCheckpointException if the files are damaged, incomplete or big-endian
     */
    public static TensorFlowCheckpoint open(Path prefix) throws IOException {
        List<CheckpointFile> shards = new ArrayList<>();
        try {
            return new TensorFlowCheckpoint(prefix, shards, BundleIndex.read(prefix, shards));
        } catch (IOException | RuntimeException failure) {
            closeAll(shards);
            throw failure;
        }
    }

    /**
     * Reads a tensor of strings, in row-major order.
     *
     * @throws IllegalArgumentException if there is no such tensor, or it is not of strings
     * @throws MalformedCheckpointException if the strings are damaged
     */
    public List<byte[]> readStrings(String name) throws IOException {
        ensureOpen();
        TensorInfo info = tensor(name);
        if (info.type() != DataType.STRING) {
            throw new IllegalArgumentException("Tensor '" + name + "' of " + location() + " is of type " + info.type()
                    + ", not of strings: read it with read");
        }
        return StoredStrings.read(strings.get(name));
    }
}
