package io.github.bert4j.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
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
        byte[] header = header(metadata, tensors);
        int padding = -header.length & (SafeTensors.ALIGNMENT - 1);
        try (PendingFile pending = PendingFile.create(file)) {
            pending.write(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(0, (long) header.length + padding));
            pending.write(ByteBuffer.wrap(header));
            pending.write(ByteBuffer.wrap(" ".repeat(padding).getBytes(StandardCharsets.UTF_8)));
            for (NamedTensor tensor : tensors) {
                pending.write(tensor.bytes());
            }
            pending.commit();
        }
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
