package io.github.bert4j.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.github.bert4j.files.PendingFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/** Writes safetensors files, one tensor in memory at a time. */
public final class SafeTensorsWriter {
    private SafeTensorsWriter() {}

    /**
     * Writes a file under a temporary name in the same folder, then moves it into place, replacing one that is there.
     *
     * @param metadata free text kept in the header in the order of its keys, see {@link SafeTensors#metadata}
     * @param tensors in the order in which their bytes are to be written
     * @throws IllegalArgumentException if a name occurs twice or is reserved, a tensor is of strings, or a tensor's
     *     content is not of its size
     */
    public static void write(Path file, Map<String, String> metadata, Collection<NamedTensor> tensors)
            throws IOException {
        try (PendingFile pending = PendingFile.create(file)) {
            pending.write(start(metadata, tensors));
            for (NamedTensor tensor : tensors) {
                pending.write(tensor.bytes());
            }
            pending.commit();
        }
    }

    /**
     * As {@link #write}, with a checksum of the whole file in its header, for {@link SafeTensors#verify}. Other readers
     * take it for a line of free text.
     */
    public static void writeChecked(Path file, Map<String, String> metadata, Collection<NamedTensor> tensors)
            throws IOException {
        Map<String, String> all = new TreeMap<>(metadata);
        all.put(FileChecksum.KEY, FileChecksum.NONE);
        try (PendingFile pending = PendingFile.create(file)) {
            CRC32C crc = new CRC32C();
            ByteBuffer start = start(all, tensors);
            crc.update(start.duplicate());
            pending.write(start);
            for (NamedTensor tensor : tensors) {
                ByteBuffer bytes = tensor.bytes();
                crc.update(bytes.duplicate());
                pending.write(bytes);
            }
            pending.overwrite(FileChecksum.place(start.array()), FileChecksum.of(crc));
            pending.commit();
        }
    }

    private static ByteBuffer start(Map<String, String> metadata, Collection<NamedTensor> tensors) throws IOException {
        byte[] header = header(metadata, tensors);
        int padding = -header.length & (SafeTensors.ALIGNMENT - 1);
        return ByteBuffer.allocate(Long.BYTES + header.length + padding)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong((long) header.length + padding)
                .put(header)
                .put(" ".repeat(padding).getBytes(StandardCharsets.UTF_8))
                .flip();
    }

    private static byte[] header(Map<String, String> metadata, Collection<NamedTensor> tensors) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectFieldStart(SafeTensors.METADATA);
                for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
                    json.writeStringField(entry.getKey(), entry.getValue());
                }
                json.writeEndObject();
            }
            Set<String> names = new HashSet<>();
            long offset = 0;
            for (NamedTensor tensor : tensors) {
                TensorInfo info = tensor.info();
                if (info.name().equals(SafeTensors.METADATA) || !names.add(info.name())) {
                    throw new IllegalArgumentException("A safetensors file can have one tensor named '" + info.name()
                            + "' at most, and none named '" + SafeTensors.METADATA + "'");
                }
                writeEntry(json, info, offset);
                offset = Math.addExact(offset, info.byteSize());
            }
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private static void writeEntry(JsonGenerator json, TensorInfo info, long offset) throws IOException {
        json.writeObjectFieldStart(info.name());
        json.writeStringField(
                "dtype",
                info.type()
                        .safeTensorsCode()
                        .orElseThrow(() -> new IllegalArgumentException("Tensor '" + info.name() + "' is of type "
                                + info.type() + ", which safetensors files do not have")));
        json.writeArrayFieldStart("shape");
        for (long axis : info.shape()) {
            json.writeNumber(axis);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("data_offsets");
        json.writeNumber(offset);
        json.writeNumber(offset + info.byteSize());
        json.writeEndArray();
        json.writeEndObject();
    }
}
