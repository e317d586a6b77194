package io.github.bert4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A safetensors file: a JSON header that says where every tensor lies, then the bytes.
 *
 * <p>A tensor of int8 beside float32 scales, as {@link NamedTensor#wholeNumbers} writes it, is read as the float32 tensor that it
 * stands for.
 *
 * <p>The format (https://github.com/huggingface/safetensors#format) has no checksums: damaged values cannot be
 * noticed, a damaged header mostly is. Files of this library have one, see {@link #verify}.
 */
public final class SafeTensors extends FileTensors {
    static final String METADATA = "__metadata__";
    static final int ALIGNMENT = 8;

    private static final long LARGEST_HEADER = 100_000_000; // as in the reference implementation

    private final CheckpointFile file;
    private final byte[] start;
    private final Map<String, String> metadata;

    private SafeTensors(CheckpointFile file, byte[] start, SafeTensorsHeader header) {
        super(file.path(), List.of(file), scaled(header.tensors()));
        this.file = file;
        this.start = start;
        this.metadata = header.metadata();
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
            byte[] start = readStart(file);
            return new SafeTensors(file, start, SafeTensorsHeader.read(file, start));
        } catch (IOException | RuntimeException failure) {
            file.close();
            throw failure;
        }
    }

    /**
     * Opens a file of {@link SafeTensorsWriter#writeChecked}, after reading all of it.
     *
     * @throws MalformedCheckpointException as {@link #open}, or if its checksum is missing or is not that of its bytes
     */
    public static SafeTensors openChecked(Path path) throws IOException {
        SafeTensors source = open(path);
        try {
            source.file.verify(
                    source.metadata.containsKey(FileChecksum.KEY),
                    0,
                    "it has no checksum, as this library would write it");
            source.verify();
            return source;
        } catch (IOException | RuntimeException failure) {
            source.close();
            throw failure;
        }
    }

    /** The free text in the header, empty if there is none; a checksum is not part of it. */
    public Map<String, String> metadata() {
        Map<String, String> text = new TreeMap<>(metadata);
        text.remove(FileChecksum.KEY);
        return Collections.unmodifiableMap(text);
    }

    /**
     * Reads the whole file and compares it with the checksum of {@link SafeTensorsWriter#writeChecked}; files of other
     * writers have none, and pass.
     *
     * @throws MalformedCheckpointException if it is damaged
     */
    public void verify() throws IOException {
        ensureOpen();
        String digits = metadata.get(FileChecksum.KEY);
        if (digits != null) {
            FileChecksum.verify(file, start, digits);
        }
    }

    /** Whole numbers with a scale beside them are what they stand for. */
    private static List<ReadableTensor> scaled(List<StoredTensor> stored) {
        Map<String, ReadableTensor> tensors = new TreeMap<>();
        stored.forEach(tensor -> tensors.put(tensor.info().name(), tensor));
        for (StoredTensor tensor : stored) {
            String name = tensor.info().name();
            Optional.ofNullable(tensors.get(name + NamedTensor.SCALES))
                    .flatMap(scales -> ScaledTensor.of(tensor, scales, Optional.empty()))
                    .ifPresent(exact -> {
                        tensors.put(name, exact);
                        tensors.remove(name + NamedTensor.SCALES);
                    });
        }
        return List.copyOf(tensors.values());
    }

    /** Reads the header of an open file. */
    static SafeTensorsHeader header(CheckpointFile file) throws IOException {
        return SafeTensorsHeader.read(file, readStart(file));
    }

    /** The header's length and the header. */
    private static byte[] readStart(CheckpointFile file) throws IOException {
        file.verify(file.size() >= Long.BYTES, file.size(), "the file is too short for the header's length");
        ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.read(0, length);
        long size = length.getLong(0);
        file.verify(
                size >= 0 && size <= Math.min(LARGEST_HEADER, file.size() - Long.BYTES),
                0,
                "a header of " + Long.toUnsignedString(size) + " bytes does not fit the file of " + file.size()
                        + " bytes, or is beyond the limit of " + LARGEST_HEADER);
        byte[] start = new byte[(int) size + Long.BYTES];
        file.read(0, ByteBuffer.wrap(start));
        return start;
    }
}
