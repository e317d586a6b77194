package io.github.bert4j.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.nd4j.shade.protobuf.ByteString;
import org.nd4j.shade.protobuf.UnknownFieldSet;
import org.tensorflow.framework.Summary;

/** Reads TensorBoard's files as TensorFlow specifies them, by classes that it generates and that ND4J brings. */
public final class EventFiles {
    private EventFiles() {}

    /** The fields of {@code event.proto}; those that are absent are 0 or empty. */
    public record Event(double wallTime, long step, String fileVersion, Summary summary) {

        private static Event parse(byte[] message) throws IOException {
            UnknownFieldSet fields = UnknownFieldSet.parseFrom(message);
            return new Event(
                    fields.getField(1).getFixed64List().stream()
                            .mapToDouble(Double::longBitsToDouble)
                            .sum(),
                    fields.getField(2).getVarintList().stream()
                            .mapToLong(Long::longValue)
                            .sum(),
                    fields.getField(3).getLengthDelimitedList().stream()
                            .map(ByteString::toStringUtf8)
                            .collect(Collectors.joining()),
                    Summary.parseFrom(ByteString.copyFrom(fields.getField(5).getLengthDelimitedList())));
        }
    }

    /** The only file of a folder. */
    public static Path only(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.reduce((one, other) -> {
                        throw new AssertionError("more than one file: " + one + ", " + other);
                    })
                    .orElseThrow();
        }
    }

    /** The events of a file. */
    public static List<Event> events(Path file) throws IOException {
        List<Event> events = new ArrayList<>();
        for (byte[] message : messages(file)) {
            events.add(Event.parse(message));
        }
        return events;
    }

    /** Reads TFRecords: length, masked checksum of the length, bytes, masked checksum of the bytes. */
    static List<byte[]> messages(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<byte[]> messages = new ArrayList<>();
        while (bytes.hasRemaining()) {
            byte[] length = new byte[8];
            bytes.get(length);
            assertEquals(masked(length), bytes.getInt());
            byte[] message = new byte[Math.toIntExact(bytes.getLong(bytes.position() - 12))];
            bytes.get(message);
            assertEquals(masked(message), bytes.getInt());
            messages.add(message);
        }
        return messages;
    }

    /** {@code ((crc >> 15) | (crc << 17)) + 0xa282ead8}, as TensorFlow's documentation of TFRecord says. */
    private static int masked(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        long value = crc.getValue();
        return (int) ((value >>> 15 | value << 17 & 0xffffffffL) + 0xa282ead8L);
    }
}
