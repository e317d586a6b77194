package io.github.bert4j.models;

import io.github.bert4j.graph.Weight;
import io.github.bert4j.train.AllReduce;
import io.github.bert4j.train.Gradient;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Adds up the gradients of workers that train together. Of a table, the rows are sent that any of them looked up; of what is
 * frozen, nothing.
 */
final class GradientExchange {
    /** Floats sent together: enough for the network's delay not to matter, few enough for the Java heap. */
    private static final int TOGETHER = 1 << 22;

    private final LossGradients loss;
    private final AllReduce worker;

    GradientExchange(LossGradients loss, AllReduce worker) {
        this.loss = loss;
        this.worker = worker;
    }

    /**
     * Without it, workers would go different ways and never know.
     *
     * @throws IllegalStateException if the weights or the updates done differ from another worker's
     */
    void requireSameStart(long updates) {
        CRC32 checksum = new CRC32();
        checksum.update(ByteBuffer.allocate(Long.BYTES).putLong(0, updates));
        ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
        for (Weight weight : loss.graph().weights()) {
            FloatBuffer view = weight.view();
            while (view.hasRemaining()) {
                FloatBuffer part = bytes.clear().asFloatBuffer();
                while (part.hasRemaining() && view.hasRemaining()) {
                    part.put(view.get());
                }
                checksum.update(bytes.limit(part.position() * Float.BYTES));
            }
        }
        // A byte each, whose sum stays exact; equal numbers alone add up to n times each, and n times its square.
        double[] sums = IntStream.range(0, Long.BYTES)
                .mapToDouble(i -> i % 2 == 0 ? part(checksum, i / 2) : Math.pow(part(checksum, i / 2), 2))
                .toArray();
        double[] own = sums.clone();
        worker.sum(sums);
        for (int i = 0; i < sums.length; i++) {
            if (sums[i] != own[i] * worker.workers()) {
                throw new IllegalStateException(
                        "Worker %d of %d does not start from the weights of the others, after %d updates: expected the same checkpoint, seed and versions everywhere"
                                .formatted(worker.rank(), worker.workers(), updates));
            }
        }
    }

    private static int part(CRC32 checksum, int index) {
        return (int) (checksum.getValue() >> index * Byte.SIZE) & 0xff;
    }

    /** Makes a worker's gradients those of all; those that it has none of count as 0. */
    void complete(GradientSums sums) {
        sums.add(nothing(sums.gradients()));
        List<INDArray> arrays = loss.weights().stream()
                .map(sums.gradients()::get)
                .map(gradient -> gradient instanceof Gradient.Rows some ? some.rows() : gradient.dense())
                .toList();
        Sequence read = new Sequence(arrays);
        Sequence written = new Sequence(arrays);
        for (long left = read.length(); left > 0; left -= TOGETHER) {
            float[] part = new float[(int) Math.min(left, TOGETHER)];
            read.transfer(part.length, (array, from, count) -> array.get(part, from, count));
            worker.sum(part);
            written.transfer(part.length, (array, from, count) -> array.put(part, from, count));
        }
        arrays.forEach(array -> Nd4j.getAffinityManager().tagLocation(array, Location.HOST));
    }

    /** Zeros for each gradient that is not there, and for those rows of tables that any worker has. */
    private Map<Weight, Gradient> nothing(Map<Weight, Gradient> own) {
        List<Weight> tables = loss.weights().stream()
                .filter(weight -> loss.gradients().get(weight).indices().isPresent())
                .toList();
        float[] looked =
                new float[tables.stream().mapToInt(GradientExchange::rows).sum()];
        int first = 0;
        for (Weight table : tables) {
            if (own.get(table) instanceof Gradient.Rows some) {
                for (int row : some.indices().toIntVector()) {
                    looked[first + row] = 1;
                }
            }
            first += rows(table);
        }
        worker.sum(looked);
        Map<Weight, Gradient> nothing = new LinkedHashMap<>();
        first = 0;
        for (Weight table : tables) {
            int start = first;
            int[] indices = IntStream.range(0, rows(table))
                    .filter(row -> looked[start + row] > 0)
                    .toArray();
            INDArray zeros =
                    Nd4j.zeros(DataType.FLOAT, indices.length, table.shape().size(1));
            nothing.put(table, new Gradient.Rows(Nd4j.createFromArray(indices), zeros, rows(table)));
            first += rows(table);
        }
        for (Weight weight : loss.weights()) {
            if (!own.containsKey(weight) && !nothing.containsKey(weight)) {
                nothing.put(weight, new Gradient.Dense(loss.graph().zeros(weight.shape())));
            }
        }
        return nothing;
    }

    private static int rows(Weight table) {
        return Math.toIntExact(table.shape().size(0));
    }

    /** Arrays one after the other. */
    private static final class Sequence {
        private final List<FloatBuffer> buffers;
        private int current;

        Sequence(List<INDArray> arrays) {
            buffers = arrays.stream().map(Sequence::host).toList();
        }

        long length() {
            return buffers.stream().mapToLong(FloatBuffer::capacity).sum();
        }

        /** Goes on by so many floats. */
        void transfer(int count, Transfer transfer) {
            for (int done = 0; done < count; ) {
                FloatBuffer buffer = buffers.get(current);
                int next = Math.min(buffer.remaining(), count - done);
                transfer.accept(buffer, done, next);
                done += next;
                current += buffer.hasRemaining() ? 0 : 1;
            }
        }

        private static FloatBuffer host(INDArray array) {
            Nd4j.getAffinityManager().ensureLocation(array, Location.HOST);
            return array.data()
                    .asNioFloat()
                    .clear()
                    .limit(Math.toIntExact(array.length()))
                    .slice();
        }
    }

    /** Moves floats between an array and a buffer from some place on. */
    @FunctionalInterface
    private interface Transfer {
        void accept(FloatBuffer array, int from, int count);
    }
}
