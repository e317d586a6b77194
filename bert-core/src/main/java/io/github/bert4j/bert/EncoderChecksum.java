package io.github.bert4j.bert;

import io.github.bert4j.bert.WeightTable.Entry;
import io.github.bert4j.bert.WeightTable.Part;
import io.github.bert4j.graph.Weight;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/** SHA-256 of an encoder's weights with their names, in the order of their table. */
final class EncoderChecksum {
    private static final int AT_ONCE = 1 << 16;

    private EncoderChecksum() {}

    /** The caller reads the graph. */
    static String of(BertConfig config, Map<String, Weight> weights) {
        MessageDigest digest = sha256();
        ByteBuffer bytes = ByteBuffer.allocate(AT_ONCE * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (Entry entry : WeightTable.of(config)) {
            if (entry.part() == Part.ENCODER) {
                digest.update(entry.name().getBytes(StandardCharsets.UTF_8));
                FloatBuffer values = weights.get(entry.name()).view();
                while (values.hasRemaining()) {
                    int count = Math.min(values.remaining(), AT_ONCE);
                    bytes.clear().limit(count * Float.BYTES);
                    bytes.asFloatBuffer().put(values.slice(values.position(), count));
                    values.position(values.position() + count);
                    digest.update(bytes);
                }
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
