package io.github.bert4j.fuzz;

import io.github.bert4j.checkpoint.MalformedCheckpointException;
import io.github.bert4j.checkpoint.TensorFlowCheckpoint;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The reader of TensorFlow's checkpoints: an index and two shards.
 *
 * <p>Nothing that is random has the checksums of an index, so the target gives them to most of what it reads.
 */
public final class TensorFlowCheckpointFuzz {
    private static final Input INPUT = Input.inTemporaryFolder();
    private static final Path PREFIX = INPUT.folder().resolve("model.ckpt");
    private static final int HEADER = 3;

    private TensorFlowCheckpointFuzz() {}

    /**
     * The input: a byte that says what the index is, a byte for the size of either shard, the shards, and the index or a
     * block of it.
     *
     * <p>Bit 0: the rest is a block, not a whole file; bit 1: it is compressed; bit 2: there is one shard.
     */
    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length < HEADER) {
            return;
        }
        int second = Math.min(data.length, HEADER + (data[1] & 0xff));
        int index = Math.min(data.length, second + (data[2] & 0xff));
        byte[] rest = Arrays.copyOfRange(data, index, data.length);
        INPUT.write(
                (data[0] & 4) != 0 ? "model.ckpt.data-00000-of-00001" : "model.ckpt.data-00000-of-00002",
                Arrays.copyOfRange(data, HEADER, second));
        INPUT.write("model.ckpt.data-00001-of-00002", Arrays.copyOfRange(data, second, index));
        INPUT.write("model.ckpt.index", (data[0] & 1) == 0 ? rest : index(rest, data[0] >> 1 & 1));
        INPUT.read(
                () -> {
                    try (TensorFlowCheckpoint source = TensorFlowCheckpoint.open(PREFIX)) {
                        Tensors.readAll(source);
                    }
                },
                List.of(MalformedCheckpointException.class));
    }

    /** An index of one block, as {@code table_format.md} of LevelDB describes it. */
    private static byte[] index(byte[] block, int compression) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        byte[] handle = append(file, block, compression);
        byte[] end = {0, 0, 0, 0, 1, 0, 0, 0};
        byte[] metaIndex = append(file, end, 0);
        ByteArrayOutputStream entry = new ByteArrayOutputStream();
        byte[] last = {(byte) 0xff, (byte) 0xff};
        entry.writeBytes(new byte[] {0, (byte) last.length, (byte) handle.length});
        entry.writeBytes(last);
        entry.writeBytes(handle);
        entry.writeBytes(end);
        byte[] index = append(file, entry.toByteArray(), 0);
        ByteBuffer footer = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
        footer.put(metaIndex).put(index).putLong(40, 0xdb4775248b80fb57L);
        file.writeBytes(footer.array());
        return file.toByteArray();
    }

    private static byte[] append(ByteArrayOutputStream file, byte[] contents, int compression) {
        ByteArrayOutputStream handle = new ByteArrayOutputStream();
        varint(handle, file.size());
        varint(handle, contents.length);
        CRC32C crc = new CRC32C();
        crc.update(contents);
        crc.update(compression);
        file.writeBytes(contents);
        file.write(compression);
        file.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8)
                .array());
        return handle.toByteArray();
    }

    private static void varint(ByteArrayOutputStream out, int value) {
        int rest = value;
        for (; rest >= 0x80; rest >>>= 7) {
            out.write(rest & 0x7f | 0x80);
        }
        out.write(rest);
    }
}
