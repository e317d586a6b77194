package io.github.bert4j.checkpoint;

import io.github.bert4j.files.ByteWriter;
import io.github.bert4j.files.Crc;
import io.github.bert4j.files.PendingFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * Writes TensorFlow V2 checkpoints with one data file, byte for byte as TensorFlow's own writer lays them out.
 *
 * <p>Tensors of strings are not supported.
 */
public final class TensorFlowCheckpointWriter {
    /** TensorFlow's default; only very large models have an index of more than one block. */
    private static final int DEFAULT_BLOCK_SIZE = 1 << 18;

    private TensorFlowCheckpointWriter() {}

    /**
     * Writes {@code PREFIX.index} and {@code PREFIX.data-00000-of-00001} under temporary names in the same folder, then
     * moves them into place, the index last.
     *
     * @param prefix the path of the files up to {@code .index}
     * @throws IllegalArgumentException if a name is empty or occurs twice, a tensor is of strings, or a tensor's content
     *     is not of its size
     */
    public static void write(Path prefix, Collection<NamedTensor> tensors) throws IOException {
        write(prefix, tensors, DEFAULT_BLOCK_SIZE);
    }

    /**
     * Writes with an index of many blocks.
     *
     * @param blockSize bytes after which a new block of the index begins
     */
    public static void write(Path prefix, Collection<NamedTensor> tensors, int blockSize) throws IOException {
        TreeMap<String, NamedTensor> sorted = sorted(tensors);
        try (PendingFile data = PendingFile.create(sibling(prefix, ".data-00000-of-00001"));
                PendingFile index = PendingFile.create(sibling(prefix, ".index"))) {
            SortedStringTableWriter table = new SortedStringTableWriter(index, blockSize);
            table.add(new byte[0], header());
            long offset = 0;
            for (NamedTensor tensor : sorted.values()) {
                CRC32C crc = new CRC32C();
                var bytes = tensor.bytes();
                crc.update(bytes.duplicate());
                data.write(bytes);
                table.add(
                        tensor.info().name().getBytes(StandardCharsets.UTF_8),
                        entry(tensor.info(), offset, Crc.masked(crc)));
                offset += tensor.info().byteSize();
            }
            table.finish();
            data.complete();
            index.complete();
            data.commit();
            index.commit();
        }
    }

    private static TreeMap<String, NamedTensor> sorted(Collection<NamedTensor> tensors) {
        TreeMap<String, NamedTensor> sorted = new TreeMap<>(Text.BYTE_ORDER);
        for (NamedTensor tensor : tensors) {
            TensorInfo info = tensor.info();
            if (info.name().isEmpty() || info.name().charAt(0) == 0 || sorted.put(info.name(), tensor) != null) {
                throw new IllegalArgumentException("A checkpoint cannot have the tensor '" + info.name()
                        + "': the name is empty, starts with a zero character, or occurs twice");
            }
            if (!info.type().isFixedSize()) {
                throw new IllegalArgumentException(
                        "Tensor '" + info.name() + "' is of type " + info.type() + ", which cannot be written");
            }
        }
        return sorted;
    }

    private static Path sibling(Path prefix, String suffix) {
        return prefix.resolveSibling(prefix.getFileName() + suffix);
    }

    /** {@code BundleHeaderProto}: one shard, little-endian, version 1. */
    private static byte[] header() {
        return new ByteWriter()
                .varintField(1, 1)
                .bytesField(3, new ByteWriter().varintField(1, 1).toByteArray())
                .toByteArray();
    }

    /** {@code BundleEntryProto}. */
    private static byte[] entry(TensorInfo info, long offset, int maskedCrc) {
        return new ByteWriter()
                .varintField(1, info.type().tensorFlowCode())
                .bytesField(2, shape(info.shape()))
                .varintField(4, offset)
                .varintField(5, info.byteSize())
                .fixed32Field(6, maskedCrc)
                .toByteArray();
    }

    private static byte[] shape(List<Long> shape) {
        ByteWriter message = new ByteWriter();
        for (long axis : shape) {
            message.bytesField(2, new ByteWriter().varintField(1, axis).toByteArray());
        }
        return message.toByteArray();
    }
}
