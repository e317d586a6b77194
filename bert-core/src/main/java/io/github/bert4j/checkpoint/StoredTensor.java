package io.github.bert4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Consumer;

/**
 * A tensor and the pieces of files that hold it.
 *
 * @param pieces boxes that cover the tensor without overlapping
 */
record StoredTensor(TensorInfo info, List<Piece> pieces) implements ReadableTensor {
    private static final int CHUNK = 1 << 16; // a multiple of every element size

    /** Whether the pieces are boxes inside the shape that cover every element exactly once. */
    static boolean isPartition(List<Long> shape, List<Piece> pieces) {
        long elements = 0;
        for (Piece piece : pieces) {
            long inPiece = 1;
            for (int axis = 0; axis < shape.size(); axis++) {
                long start = piece.starts().get(axis);
                long length = piece.lengths().get(axis);
                if (start < 0 || length < 0 || start > shape.get(axis) - length) {
                    return false;
                }
                inPiece *= length; // cannot overflow: the whole shape's product does not
            }
            elements += inPiece;
        }
        long expected = shape.stream().reduce(1L, (a, b) -> a * b);
        return elements == expected && !anyOverlap(pieces);
    }

    private static boolean anyOverlap(List<Piece> pieces) {
        for (int i = 0; i < pieces.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (pieces.get(i).overlaps(pieces.get(j))) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public void read(ByteBuffer target) throws IOException {
        List<Piece.Pass> passes = passes();
        forEachRun((piece, elements) -> {
            int bytes = (int) (elements * info.type().byteSize()); // at most what the buffer holds
            passes.get(piece).read(target.slice(target.position(), bytes));
            target.position(target.position() + bytes);
        });
        finish(passes);
    }

    @Override
    public void stream(Consumer<ByteBuffer> consumer) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK, info.byteSize()));
        List<Piece.Pass> passes = passes();
        forEachRun((piece, elements) -> {
            long left = elements * info.type().byteSize();
            while (left > 0) {
                int bytes = (int) Math.min(left, chunk.remaining());
                passes.get(piece).read(chunk.slice(chunk.position(), bytes));
                chunk.position(chunk.position() + bytes);
                left -= bytes;
                if (!chunk.hasRemaining()) {
                    hand(chunk, consumer);
                }
            }
        });
        hand(chunk, consumer);
        finish(passes);
    }

    private static void hand(ByteBuffer chunk, Consumer<ByteBuffer> consumer) {
        if (chunk.flip().hasRemaining()) {
            consumer.accept(chunk.slice().order(ByteOrder.LITTLE_ENDIAN));
        }
        chunk.clear();
    }

    private List<Piece.Pass> passes() {
        return pieces.stream().map(Piece::pass).toList();
    }

    private static void finish(List<Piece.Pass> passes) throws IOException {
        for (Piece.Pass pass : passes) {
            pass.finish();
        }
    }

    /** Takes consecutive elements of the tensor from a piece. */
    interface RunConsumer {
        void accept(int piece, long elements) throws IOException;
    }

    /**
     * Visits the tensor's elements in row-major order, as runs that are consecutive in a piece too. The elements of any
     * one piece come in that piece's own row-major order, so every piece is read once from first byte to last.
     */
    void forEachRun(RunConsumer consumer) throws IOException {
        List<Long> shape = info.shape();
        long[] index = new long[shape.size()];
        long left = info.elements();
        while (left > 0) {
            int number = 0;
            while (!pieces.get(number).contains(index)) {
                number++;
            }
            Piece piece = pieces.get(number);
            int axis = shape.size() - 1; // the outermost axis along which the piece's elements are consecutive
            while (axis > 0 && piece.lengths().get(axis).equals(shape.get(axis))) {
                axis--;
            }
            long run = axis < 0 ? 1 : piece.lengths().get(axis);
            for (int inner = axis + 1; inner < shape.size(); inner++) {
                run *= shape.get(inner);
            }
            consumer.accept(number, run);
            left -= run;
            if (axis >= 0) {
                index[axis] = piece.end(axis);
                carry(index, axis, shape);
            }
        }
    }

    private static void carry(long[] index, int from, List<Long> shape) {
        for (int axis = from; axis > 0 && index[axis] == shape.get(axis); axis--) {
            index[axis] = 0;
            index[axis - 1]++;
        }
    }
}
