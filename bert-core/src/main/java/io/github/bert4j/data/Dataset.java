package io.github.bert4j.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Rows, how to turn one into a {@link Sample}, and how many go into a batch; rows are turned when their batch is due. */
public final class Dataset {
    /** Batches whose samples are sorted by length together. */
    private static final int SORTED_TOGETHER = 64;

    private final int size;
    private final int batchSize;
    private final Function<Integer, Sample> samples;

    private Dataset(int size, int batchSize, Function<Integer, Sample> samples) {
        this.size = size;
        this.batchSize = batchSize;
        this.samples = samples;
    }

    /**
     * A dataset over a list of rows.
     *
     * @param batchSize rows per batch; one larger than the dataset puts all rows into one batch
     * @param encoder turns one row into arrays; called each time the row is due, so it may draw at random
     * @throws IllegalArgumentException if there are no rows, or the batch size is below 1
     */
    public static <R> Dataset of(List<R> rows, int batchSize, Function<? super R, Sample> encoder) {
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("A dataset of no rows: expected at least one");
        }
        if (batchSize < 1) {
            throw new IllegalArgumentException("Batch size " + batchSize + ": expected at least 1");
        }
        return new Dataset(rows.size(), Math.min(batchSize, rows.size()), index -> encoder.apply(rows.get(index)));
    }

    /** Number of rows. */
    public int size() {
        return size;
    }

    /** Rows per batch, at most {@link #size}. */
    public int batchSize() {
        return batchSize;
    }

    /** Batches per epoch; the last one may be smaller. */
    public int steps() {
        return (size + batchSize - 1) / batchSize;
    }

    /** All rows in an order that depends on the seed only. */
    public Stream<Batch> shuffled(long seed) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, size).boxed().toList());
        Collections.shuffle(order, new Random(seed));
        return IntStream.range(0, steps())
                .mapToObj(step -> order.subList(step * batchSize, Math.min(size, (step + 1) * batchSize)))
                .map(rows -> Batch.of(rows.stream().map(samples).toList()));
    }

    /** All rows, those of similar length together, so that little is spent on padding. */
    public Stream<Ordered> byLength() {
        int window = SORTED_TOGETHER * batchSize;
        return IntStream.range(0, (size + window - 1) / window)
                .boxed()
                .flatMap(i -> sorted(i * window, Math.min(size, (i + 1) * window)));
    }

    /**
     * A batch whose rows are not in the dataset's order.
     *
     * @param rows each sample's row in the dataset
     */
    public record Ordered(Batch batch, int[] rows) {}

    private Stream<Ordered> sorted(int from, int to) {
        record Numbered(int row, Sample sample) {}
        List<Numbered> window = IntStream.range(from, to)
                .mapToObj(row -> new Numbered(row, samples.apply(row)))
                .sorted(Comparator.comparingInt(numbered -> numbered.sample().length()))
                .toList();
        return IntStream.range(0, (window.size() + batchSize - 1) / batchSize)
                .mapToObj(step -> window.subList(step * batchSize, Math.min(window.size(), (step + 1) * batchSize)))
                .map(part -> new Ordered(
                        Batch.of(part.stream().map(Numbered::sample).toList()),
                        part.stream().mapToInt(Numbered::row).toArray()));
    }
}
