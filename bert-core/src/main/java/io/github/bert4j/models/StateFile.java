package io.github.bert4j.models;

import io.github.bert4j.checkpoint.MalformedCheckpointException;
import io.github.bert4j.checkpoint.SafeTensors;
import io.github.bert4j.checkpoint.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * A training's state: a safetensors file whose metadata has a checksum, the CRC32C of all other metadata, and of the names,
 * shapes and bytes of all tensors, in the order of their names.
 */
final class StateFile {
    private static final String CHECKSUM = "checksum";
    private static final int CHUNK = 1 << 16;

    private StateFile() {}

    /** Writes a state; a file that is there is replaced once the new one is complete. */
    static void save(Path file, Map<String, String> metadata, List<WeightFile.Slot> slots) throws IOException {
        CRC32C crc = checksum(metadata);
        Map<String, WeightFile.Slot> byName = new TreeMap<>();
        slots.forEach(slot -> byName.put(slot.name(), slot));
        for (WeightFile.Slot slot : byName.values()) {
            update(crc, slot.name() + slot.shape());
            update(crc, slot.view().get());
        }
        Map<String, String> all = new TreeMap<>(metadata);
        all.put(CHECKSUM, text(crc));
        WeightFile.save(file, all, slots);
    }

    /**
     * Opens a state and checks it.
     *
     * @throws MalformedCheckpointException if it is damaged
     */
    static SafeTensors open(Path file) throws IOException {
        SafeTensors source = SafeTensors.open(file);
        boolean intact = false;
        try {
            Map<String, String> metadata = new TreeMap<>(source.metadata());
            String stored = metadata.remove(CHECKSUM);
            if (stored == null) {
                throw new MalformedCheckpointException(file, 0, "it has no checksum: expected the state of a training");
            }
            CRC32C crc = checksum(metadata);
            Map<String, TensorInfo> byName = new TreeMap<>();
            byName.putAll(source.tensors());
            for (TensorInfo tensor : byName.values()) {
                update(crc, tensor.name() + tensor.shape());
                source.stream(tensor.name(), crc::update);
            }
            if (!text(crc).equals(stored)) {
                throw new MalformedCheckpointException(
                        file,
                        0,
                        "the checksum is %s, but %s was written: the bytes are damaged".formatted(text(crc), stored));
            }
            intact = true;
            return source;
        } finally {
            if (!intact) {
                source.close();
            }
        }
    }

    /** The metadata of an open state without the checksum. */
    static Map<String, String> metadata(SafeTensors source) {
        Map<String, String> metadata = new TreeMap<>(source.metadata());
        metadata.remove(CHECKSUM);
        return metadata;
    }

    private static CRC32C checksum(Map<String, String> metadata) {
        CRC32C crc = new CRC32C();
        new TreeMap<>(metadata).forEach((key, value) -> update(crc, key + "=" + value + "\n"));
        return crc;
    }

    private static void update(CRC32C crc, String text) {
        crc.update(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void update(CRC32C crc, FloatBuffer values) {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        FloatBuffer rest = values.duplicate();
        int end = rest.limit();
        while (rest.position() < end) {
            int count = Math.min(CHUNK, end - rest.position());
            rest.limit(rest.position() + count);
            chunk.clear();
            chunk.asFloatBuffer().put(rest);
            rest.limit(end);
            crc.update(chunk.limit(count * Float.BYTES));
        }
    }

    private static String text(CRC32C crc) {
        return "%08x".formatted(crc.getValue());
    }
}
