package io.github.bert4j.checkpoint;

import io.github.bert4j.files.Crc;
import io.github.bert4j.files.PendingFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.zip.CRC32C;

/**
 * A box of a tensor whose elements lie in one stretch of a file, row-major; most tensors have a single piece.
 *
 * @param maskedCrc the checksum of the bytes, where the format has one
 * @param starts the first index of the box on every axis
 * @param lengths the size of the box on every axis
 */
record Piece(
        CheckpointFile file, long offset, long byteSize, OptionalInt maskedCrc, List<Long> starts, List<Long> lengths) {

    /** A piece that is a whole tensor. */
    static Piece whole(CheckpointFile file, long offset, long byteSize, OptionalInt maskedCrc, List<Long> shape) {
        return new Piece(file, offset, byteSize, maskedCrc, zeros(shape), shape);
    }

    /** The first index of a tensor. */
    static List<Long> zeros(List<Long> shape) {
        return Collections.nCopies(shape.size(), 0L);
    }

    long end(int axis) {
        return starts.get(axis) + lengths.get(axis);
    }

    boolean contains(long[] index) {
        for (int axis = 0; axis < index.length; axis++) {
            if (index[axis] < starts.get(axis) || index[axis] >= end(axis)) {
                return false;
            }
        }
        return true;
    }

    boolean overlaps(Piece other) {
        for (int axis = 0; axis < lengths.size(); axis++) {
            if (end(axis) <= other.starts.get(axis) || other.end(axis) <= starts.get(axis)) {
                return false;
            }
        }
        return true;
    }

    /** A pass over the bytes from first to last. */
    Pass pass() {
        return new Pass();
    }

    /** Reads the piece's bytes in order and, at the end, compares their checksum. */
    final class Pass {
        private static final int WINDOW = 1 << 14;

        private final CRC32C crc = new CRC32C();
        private ByteBuffer window = ByteBuffer.allocate(0); // for runs too short to be worth a system call each
        private long position;

        /** Fills the buffer with the next bytes. */
        void read(ByteBuffer target) throws IOException {
            while (target.hasRemaining()) {
                if (window.hasRemaining()) {
                    int count = Math.min(window.remaining(), target.remaining());
                    target.put(window.slice(window.position(), count));
                    window.position(window.position() + count);
                } else if (target.remaining() >= WINDOW || target.remaining() == byteSize - position) {
                    readDirectly(target);
                } else {
                    refill();
                }
            }
        }

        private void readDirectly(ByteBuffer target) throws IOException {
            ByteBuffer part =
                    target.slice(target.position(), Math.min(target.remaining(), PendingFile.LARGEST_REQUEST));
            target.position(target.position() + part.remaining());
            readVerified(part);
        }

        private void refill() throws IOException {
            if (window.capacity() == 0) {
                window = ByteBuffer.allocate((int) Math.min(WINDOW, byteSize));
            }
            window.clear().limit((int) Math.min(window.capacity(), byteSize - position));
            readVerified(window);
            window.flip();
        }

        private void readVerified(ByteBuffer part) throws IOException {
            ByteBuffer read = part.duplicate();
            file.read(offset + position, part);
            position += read.remaining();
            crc.update(read);
        }

        /** To be called when all bytes have been read. */
        void finish() throws MalformedCheckpointException {
            if (maskedCrc.isPresent()) {
                int computed = Crc.masked(crc);
                file.verify(computed == maskedCrc.getAsInt(), offset, Crc.describe(maskedCrc.getAsInt(), computed));
            }
        }
    }
}
