package io.github.bert4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Checks that every byte of the shards belongs to a tensor, whose checksum covers it.
 *
 * <p>Zeros between tensors are fine: TensorFlow can be told to align them.
 */
final class BundleCoverage {
    private static final int CHUNK = 1 << 16;

    private BundleCoverage() {}

    static void verify(List<CheckpointFile> shards, Collection<StoredTensor> tensors) throws IOException {
        List<Piece> pieces = tensors.stream()
                .flatMap(tensor -> tensor.pieces().stream())
                .sorted(Comparator.comparingLong(Piece::offset))
                .toList();
        for (CheckpointFile shard : shards) {
            verify(shard, pieces.stream().filter(piece -> piece.file() == shard).toList());
        }
    }

    private static void verify(CheckpointFile shard, List<Piece> pieces) throws IOException {
        long covered = 0;
        for (Piece piece : pieces) {
            if (piece.offset() > covered) {
                verifyZeros(shard, covered, piece.offset());
            }
            covered = Math.max(covered, piece.offset() + piece.byteSize());
        }
        shard.verify(
                covered == shard.size(), covered, (shard.size() - covered) + " bytes at the end belong to no tensor");
    }

    private static void verifyZeros(CheckpointFile shard, long from, long to) throws IOException {
        for (long position = from; position < to; position += CHUNK) {
            ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK, to - position));
            shard.read(position, chunk);
            for (int i = 0; i < chunk.capacity(); i++) {
                shard.verify(chunk.get(i) == 0, position + i, "bytes that belong to no tensor are not zero");
            }
        }
    }
}
