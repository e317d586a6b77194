package io.github.bert4j.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;

/** Puts TensorFlow checkpoints together from bytes, sharing no code with the reader or the writer under test. */
public final class BundleBytes {
    private final List<byte[][]> entries = new ArrayList<>();
    private final List<Integer> blockStarts = new ArrayList<>(List.of(0));
    private final List<ByteArrayOutputStream> shards = new ArrayList<>();
    private UnaryOperator<byte[]> compression = UnaryOperator.identity();
    private int compressionType;

    BundleBytes(int shardCount) {
        this(shardCount, bytes(0x08, shardCount, 0x1a, 0x02, 0x08, 0x01));
    }

    BundleBytes(int shardCount, byte[] header) {
        for (int i = 0; i < shardCount; i++) {
            shards.add(new ByteArrayOutputStream());
        }
        entry(new byte[0], header);
    }

    /** Adds an index entry; keys must come in order. */
    BundleBytes entry(byte[] key, byte[] value) {
        entries.add(new byte[][] {key, value});
        return this;
    }

    /** Ends the index block. */
    BundleBytes nextBlock() {
        blockStarts.add(entries.size());
        return this;
    }

    BundleBytes compressed(int type, UnaryOperator<byte[]> with) {
        compressionType = type;
        compression = with;
        return this;
    }

    /** Appends a tensor's bytes to a shard and adds its entry. */
    BundleBytes tensor(byte[] key, int dtype, byte[] shape, int shard, byte[] data) {
        return tensor(key, dtype, shape, shard, data, maskedCrc(data));
    }

    BundleBytes tensor(byte[] key, int dtype, byte[] shape, int shard, byte[] data, int crc) {
        int offset = shards.get(shard).size();
        shards.get(shard).writeBytes(data);
        return entry(key, value(dtype, shape, shard, offset, data.length, crc));
    }

    BundleBytes rawData(int shard, byte[] data) {
        shards.get(shard).writeBytes(data);
        return this;
    }

    public static byte[] value(int dtype, byte[] shape, int shard, int offset, int size, int crc) {
        return join(
                bytes(0x08, dtype, 0x12, shape.length),
                shape,
                shard == 0 ? bytes() : bytes(0x18, shard),
                offset == 0 ? bytes() : join(bytes(0x20), varint(offset)),
                size == 0 ? bytes() : join(bytes(0x28), varint(size)),
                bytes(0x35),
                little(4).putInt(crc).array());
    }

    public static byte[] shape(int... axes) {
        byte[] shape = {};
        for (int axis : axes) {
            byte[] dimension = axis == 0 ? bytes() : join(bytes(0x08), varint(axis));
            shape = join(shape, bytes(0x12, dimension.length), dimension);
        }
        return shape;
    }

    /** A tensor of strings as {@code tensor_bundle.cc} lays it out: short strings only. */
    BundleBytes strings(byte[] key, byte[] shape, int shard, String... strings) {
        byte[] lengths = {};
        byte[] text = {};
        CRC32C crc = new CRC32C();
        for (String string : strings) {
            byte[] utf8 = utf8(string);
            lengths = join(lengths, bytes(utf8.length));
            text = join(text, utf8);
            crc.update(little(4).putInt(utf8.length).array());
        }
        byte[] checksum = little(4).putInt(mask(crc)).array();
        crc.update(checksum);
        crc.update(text);
        return tensor(key, 7, shape, shard, join(lengths, checksum, text), mask(crc));
    }

    void write(Path prefix) throws IOException {
        for (int i = 0; i < shards.size(); i++) {
            String suffix = ".data-%05d-of-%05d".formatted(i, shards.size());
            Files.write(sibling(prefix, suffix), shards.get(i).toByteArray());
        }
        Files.write(sibling(prefix, ".index"), index());
    }

    public static Path sibling(Path prefix, String suffix) {
        return prefix.resolveSibling(prefix.getFileName() + suffix);
    }

    byte[] index() {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        List<byte[][]> handles = new ArrayList<>();
        for (int i = 0; i < blockStarts.size(); i++) {
            int end = i + 1 < blockStarts.size() ? blockStarts.get(i + 1) : entries.size();
            List<byte[][]> block = entries.subList(blockStarts.get(i), end);
            byte[] handle = append(file, compressionType, compression.apply(block(block)));
            handles.add(new byte[][] {block.get(block.size() - 1)[0], handle});
        }
        byte[] metaIndex = append(file, 0, block(List.of()));
        byte[] index = append(file, 0, block(handles));
        byte[] footer = join(metaIndex, index);
        file.writeBytes(join(footer, new byte[40 - footer.length]));
        file.writeBytes(little(8).putLong(0xdb4775248b80fb57L).array());
        return file.toByteArray();
    }

    /** Entries whose keys share prefixes with the one before, and a single restart. */
    public static byte[] block(List<byte[][]> entries) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        byte[] previous = {};
        for (byte[][] entry : entries) {
            byte[] key = entry[0];
            int shared = 0;
            while (shared < Math.min(previous.length, key.length) && previous[shared] == key[shared]) {
                shared++;
            }
            block.writeBytes(join(varint(shared), varint(key.length - shared), varint(entry[1].length)));
            block.write(key, shared, key.length - shared);
            block.writeBytes(entry[1]);
            previous = key;
        }
        block.writeBytes(little(8).putInt(0).putInt(1).array());
        return block.toByteArray();
    }

    private static byte[] append(ByteArrayOutputStream file, int type, byte[] contents) {
        byte[] handle = join(varint(file.size()), varint(contents.length));
        byte[] typed = join(contents, bytes(type));
        file.writeBytes(typed);
        file.writeBytes(little(4).putInt(maskedCrc(typed)).array());
        return handle;
    }

    /** Snappy's format with literals only. */
    public static byte[] snappyLiterals(byte[] contents) {
        byte[] compressed = varint(contents.length);
        for (int from = 0; from < contents.length; from += 60) {
            int length = Math.min(60, contents.length - from);
            byte[] literal = new byte[length];
            System.arraycopy(contents, from, literal, 0, length);
            compressed = join(compressed, bytes(length - 1 << 2), literal);
        }
        return compressed;
    }

    public static int maskedCrc(byte[] data) {
        CRC32C crc = new CRC32C();
        crc.update(data);
        return mask(crc);
    }

    private static int mask(CRC32C crc) {
        long value = crc.getValue();
        return (int) ((value >>> 15 | value << 17) + 0xa282ead8L);
    }

    public static byte[] varint(int value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int rest = value;
        for (; rest >= 0x80; rest /= 0x80) {
            out.write(rest % 0x80 + 0x80);
        }
        out.write(rest);
        return out.toByteArray();
    }

    public static byte[] floats(double... values) {
        ByteBuffer buffer = little(4 * values.length);
        for (double value : values) {
            buffer.putFloat((float) value);
        }
        return buffer.array();
    }

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    public static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    public static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
