package io.github.bert4j.datasets;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The lines of a UTF-8 text, one at a time.
 *
 * <p>Lines end at {@code \n} alone and lose one {@code \r} at their end: reviews hold other line separators.
 */
public final class Lines implements Closeable {
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private static final int CHUNK = 1024;

    private final String name;
    private final InputStream in;
    private long number;

    public Lines(String name, InputStream in) {
        this.name = name;
        this.in = new BufferedInputStream(in, 1 << 16);
    }

    public static Lines of(Path file) throws IOException {
        return new Lines(file.toString(), Files.newInputStream(file));
    }

    /** What the lines are read from, for messages. */
    public String name() {
        return name;
    }

    /** The number of the line read last, from 1. */
    public long number() {
        return number;
    }

    /**
     * The next line, or empty at the end.
     *
     * @throws IOException if it is not UTF-8
     */
    public Optional<String> next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = in.read();
        if (next < 0) {
            return Optional.empty();
        }
        number++;
        for (; next >= 0 && next != '\n'; next = in.read()) {
            line.write(next);
        }
        String text = decode(line.toByteArray());
        if (number == 1 && next < 0 && text.stripTrailing().indexOf('\r') >= 0) {
            throw new IOException(
                    "%s ends its lines by CR alone, as Macintosh text of old does, so that all of it is one line: save it with LF or CRLF, or convert it: tr '\\r' '\\n'"
                            .formatted(name));
        }
        text = text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
        return Optional.of(number == 1 && text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text);
    }

    /** Some of the next lines, enough to put those of similar length together; none at the end. */
    public List<String> chunk() throws IOException {
        List<String> chunk = new ArrayList<>();
        while (chunk.size() < CHUNK) {
            Optional<String> line = next();
            if (line.isEmpty()) {
                break;
            }
            chunk.add(line.get());
        }
        return chunk;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private String decode(byte[] bytes) throws IOException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IOException(
                    "%s, line %d: this is not UTF-8 text; convert it first, for example with iconv"
                            .formatted(name, number),
                    e);
        }
    }
}
