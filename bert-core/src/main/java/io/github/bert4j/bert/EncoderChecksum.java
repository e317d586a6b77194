package io.github.bert4j.bert;

import io.github.bert4j.bert.WeightTable.Entry;
import io.github.bert4j.bert.WeightTable.Part;
import io.github.bert4j.files.Checksum;
import io.github.bert4j.graph.Weight;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;

/** SHA-256 of an encoder's weights with their names, in the order of their table. */
final class EncoderChecksum {
    private static final int AT_ONCE = 1 << 16;

    private EncoderChecksum() {}

    /** The caller reads the graph. */
    static String of(BertConfig config, Map<String, Weight> weights) {
        MessageDigest digest = Checksum.sha256();
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
        return Checksum.digits(digest.digest());
    }
}
