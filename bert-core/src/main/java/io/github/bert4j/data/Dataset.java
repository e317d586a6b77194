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
    private final boolean bucketed;

    private Dataset(int size, int batchSize, Function<Integer, Sample> samples, boolean bucketed) {
        this.size = size;
        this.batchSize = batchSize;
        this.samples = samples;
        this.bucketed = bucketed;
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
        return new Dataset(
                rows.size(), Math.min(batchSize, rows.size()), index -> encoder.apply(rows.get(index)), false);
    }

    /** Number of rows. */
    public int size() {
        return size;
    }

    /** Rows per batch, at most {@link #size}. */
    public int batchSize() {
        return batchSize;
    }

    /** The longest sample, the first of several; all rows are turned for it. */
    public Sample longest() {
        return IntStream.range(0, size)
                .mapToObj(samples::apply)
                .reduce((longest, sample) -> sample.length() > longest.length() ? sample : longest)
                .orElseThrow();
    }

    /** Batches per epoch; one may be smaller than the others. */
    public int steps() {
        return (size + batchSize - 1) / batchSize;
    }

    /**
     * The same rows, for training in batches of similar length, as with {@code bucket_by_sequence_length} of
     * {@code tf.data}: shuffled rows are sorted by length within windows of 64 batches, and the batches of a window come in
     * random order. So many rows are turned into samples at a time, rather than one batch of them.
     *
     * <p>Rows of a batch are then alike in length, and in what goes along with it.
     */
    public Dataset bucketedByLength() {
        return new Dataset(size, batchSize, samples, true);
    }

    /** All rows, each once, in an order that depends on the seed only. */
    public Stream<Batch> shuffled(long seed) {
        Random random = new Random(seed);
        List<Integer> order = new ArrayList<>(rows());
        Collections.shuffle(order, random);
        return bucketed
                ? sortedWindows(order)
                        .flatMap(window -> shuffledBatches(window, random))
                        .map(Dataset::batch)
                : batches(order).map(rows -> Batch.of(rows.stream().map(samples).toList()));
    }

    /** All rows, those of similar length together, so that little is spent on padding. */
    public Stream<Ordered> byLength() {
        return sortedWindows(rows())
                .flatMap(this::batches)
                .map(rows -> new Ordered(
                        batch(rows), rows.stream().mapToInt(Numbered::row).toArray()));
    }

    /**
     * A batch whose rows are not in the dataset's order.
     *
     * @param rows each sample's row in the dataset
     */
    public record Ordered(Batch batch, int[] rows) {}

    private record Numbered(int row, Sample sample) {}

    private List<Integer> rows() {
        return IntStream.range(0, size).boxed().toList();
    }

    /** The rows in this order, as windows of some batches, each sorted by length. */
    private Stream<List<Numbered>> sortedWindows(List<Integer> order) {
        return parts(order, SORTED_TOGETHER * batchSize)
                .map(window -> window.stream()
                        .map(row -> new Numbered(row, samples.apply(row)))
                        .sorted(Comparator.comparingInt(
                                numbered -> numbered.sample().length()))
                        .toList());
    }

    /** One that is smaller than the others is any of them, not always that of the longest samples. */
    private Stream<List<Numbered>> shuffledBatches(List<Numbered> window, Random random) {
        int whole = window.size() / batchSize;
        int before = random.nextInt(whole + 1) * batchSize;
        int after = before + window.size() % batchSize;
        List<List<Numbered>> batches = new ArrayList<>();
        for (List<Numbered> part : List.of(
                window.subList(0, before), window.subList(before, after), window.subList(after, window.size()))) {
            batches(part).forEach(batches::add);
        }
        Collections.shuffle(batches, random);
        return batches.stream();
    }

    private <T> Stream<List<T>> batches(List<T> rows) {
        return parts(rows, batchSize);
    }

    private static <T> Stream<List<T>> parts(List<T> list, int size) {
        return IntStream.range(0, (list.size() + size - 1) / size)
                .mapToObj(i -> list.subList(i * size, Math.min(list.size(), (i + 1) * size)));
    }

    private static Batch batch(List<Numbered> rows) {
        return Batch.of(rows.stream().map(Numbered::sample).toList());
    }
}
