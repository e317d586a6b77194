package io.github.bert4j.files;

import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Numbers over time, in the file that TensorBoard reads: TFRecords of {@code Event} messages.
 *
 * <p>Source: {@code record_writer.cc}, {@code event.proto} and {@code summary.proto} of TensorFlow.
 */
public final class EventFile implements Closeable {
    private static final int MILLIS = 1000;

    private final Clock clock;
    /** No channel, which an interrupted thread cannot use. */
    private final OutputStream out;

    private EventFile(OutputStream out, Clock clock) {
        this.out = out;
        this.clock = clock;
    }

    /** Creates a file of a new name in a folder, which is created too if it is not there. */
    public static EventFile create(Path folder) throws IOException {
        return create(folder, Clock.systemUTC());
    }

    static EventFile create(Path folder, Clock clock) throws IOException {
        Files.createDirectories(folder);
        // TensorBoard looks for "tfevents" and reads files in the order of their names.
        Path file =
                folder.resolve("events.out.tfevents.%010d.%s".formatted(clock.millis() / MILLIS, UUID.randomUUID()));
        EventFile events = new EventFile(new FileOutputStream(file.toFile()), clock);
        events.record(events.event(0).bytesField(3, utf8("brain.Event:2")));
        return events;
    }

    /** Adds a number; TensorBoard draws those of one tag as a curve over the steps. */
    public void scalar(String tag, long step, double value) throws IOException {
        // Not by fixed32Field, which leaves zeros out: of a oneof, a zero is written.
        ByteWriter number = new ByteWriter()
                .bytesField(1, utf8(tag))
                .varint(2 << 3 | 5)
                .fixed32(Float.floatToIntBits((float) value));
        ByteWriter summary = new ByteWriter().bytesField(1, number.toByteArray());
        record(event(step).bytesField(5, summary.toByteArray()));
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    private ByteWriter event(long step) {
        double seconds = (double) clock.millis() / MILLIS;
        return new ByteWriter()
                .varint(1 << 3 | 1)
                .fixed64(Double.doubleToLongBits(seconds))
                .varintField(2, step);
    }

    /** One write per record: TensorBoard may read at any time. */
    private void record(ByteWriter message) throws IOException {
        byte[] bytes = message.toByteArray();
        byte[] length = new ByteWriter().fixed64(bytes.length).toByteArray();
        out.write(new ByteWriter()
                .bytes(length)
                .fixed32(checksum(length))
                .bytes(bytes)
                .fixed32(checksum(bytes))
                .toByteArray());
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return Crc.masked(crc);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
