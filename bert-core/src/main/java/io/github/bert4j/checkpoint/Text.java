package io.github.bert4j.checkpoint;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;

/** Names as the formats store and order them: by their UTF-8 bytes. */
final class Text {
    /** The order of UTF-8 bytes, which is that of code points and, beyond the basic plane, not that of {@code char}s. */
    static final Comparator<String> BYTE_ORDER =
            (a, b) -> Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());

    private Text() {}

    /** Decodes strictly: no byte is replaced silently. */
    static String decode(byte[] utf8) throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    }
}
