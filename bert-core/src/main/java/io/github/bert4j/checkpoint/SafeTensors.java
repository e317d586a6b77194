package io.github.bert4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * A safetensors file: a JSON header that says where every tensor lies, then the bytes.
 *
 * <p>The format (https://github.com/huggingface/safetensors#format) has no checksums: damaged values cannot be
 * noticed, a damaged header is.
 */
public final class SafeTensors extends FileTensors {
    static final String METADATA = "__metadata__";
    static final int ALIGNMENT = 8;

    private static final long LARGEST_HEADER = 100_000_000; // as in the reference implementation

    private final Map<String, String> metadata;

    private SafeTensors(CheckpointFile file, Collection<StoredTensor> tensors, Map<String, String> metadata) {
        super(file.path(), List.of(file), tensors);
        this.metadata = metadata;
    }

    /**
     * Opens a file.
     *
     * @throws java.nio.file.NoSuchFileException if there is none
     * @throws MalformedCheckpointException if it is damaged, or its bytes and its header do not match exactly
     */
    public static SafeTensors open(Path path) throws IOException {
        CheckpointFile file = CheckpointFile.open(path);
        try {
            SafeTensorsHeader header = header(file);
            return new SafeTensors(file, header.tensors(), header.metadata());
        } catch (IOException | RuntimeException failure) {
            file.close();
            throw failure;
        }
    }

    /** The free text in the header, empty if there is none. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** Reads the header of an open file. */
    static SafeTensorsHeader header(CheckpointFile file) throws IOException {
        file.verify(file.size() >= Long.BYTES, file.size(), "the file is too short for the header's length");
        ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.read(0, length);
        long size = length.getLong(0);
        file.verify(
                size >= 0 && size <= Math.min(LARGEST_HEADER, file.size() - Long.BYTES),
                0,
                "a header of " + Long.toUnsignedString(size) + " bytes does not fit the file of " + file.size()
                        + " bytes, or is beyond the limit of " + LARGEST_HEADER);
        byte[] header = new byte[(int) size];
        file.read(Long.BYTES, ByteBuffer.wrap(header));
        return SafeTensorsHeader.read(file, header);
    }
}
