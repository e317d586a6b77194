package io.github.bert4j.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Rows, how to turn one into a {@link Sample}, and how many go into a batch; rows are encoded lazily, batch by batch. */
public final class Dataset {
    /** Batches whose samples are sorted by length together. */
    private static final int SORTED_TOGETHER = 64;

    private final int size;
    private final int batchSize;
    private final Turning samples;
    private final Order order;

    /** In which the rows of an epoch come. */
    private enum Order {
        SHUFFLED,
        BY_LENGTH,
        AS_GIVEN
    }

    /** Turns a row; the seed decides what is drawn at random. */
    @FunctionalInterface
    private interface Turning {
        Sample sample(int row, long seed);
    }

    private Dataset(int size, int batchSize, Turning samples, Order order) {
        this.size = size;
        this.batchSize = batchSize;
        this.samples = samples;
        this.order = order;
    }

    /**
     * A dataset over a list of rows.
     *
     * @param batchSize rows per batch; one larger than the dataset puts all rows into one batch
     * @param encoder turns one row into the same arrays each time the row is due; see {@link #drawn} for others
     * @throws IllegalArgumentException if there are no rows, or the batch size is below 1
     */
    public static <R> Dataset of(List<R> rows, int batchSize, Function<? super R, Sample> encoder) {
        return drawn(rows, batchSize, (row, random) -> encoder.apply(row));
    }

    /**
     * A dataset over arrays that are there already, such as token ids and a table's numbers beside them. Rows may differ in
     * length; they are padded batch by batch.
     *
     * <pre>{@code
     * Dataset.of(32, Column.of(ids), Column.of(numbers)).labelled(Column.of(prices))
     * }</pre>
     *
     * @param batchSize rows per batch
     * @param inputs in the order of the model's
     * @throws IllegalArgumentException if there are none, no rows, or they differ in the number of rows
     */
    public static Dataset of(int batchSize, Column... inputs) {
        if (inputs.length == 0) {
            throw new IllegalArgumentException("A dataset of no columns: expected one for each input of the model");
        }
        int rows = inputs[0].rows();
        Column.requireRows("Input", inputs, rows);
        return of(
                IntStream.range(0, rows).boxed().toList(),
                batchSize,
                row -> new Sample(Column.values(inputs, row), List.of()));
    }

    /**
     * The same rows with labels besides, in the order of the model's outputs.
     *
     * @throws IllegalArgumentException if a column has another number of rows
     */
    public Dataset labelled(Column... labels) {
        Column.requireRows("Label", labels, size);
        return new Dataset(
                size,
                batchSize,
                (row, seed) -> {
                    Sample labelled = samples.sample(row, seed);
                    for (Values label : Column.values(labels, row)) {
                        labelled = labelled.labelled(label);
                    }
                    return labelled;
                },
                order);
    }

    /**
     * The same rows, whose losses count so many times as much as others'; see {@link Sample#weighted}.
     *
     * @throws IllegalArgumentException if there are more or fewer weights than rows
     */
    public Dataset weighted(float... weights) {
        if (weights.length != size) {
            throw new IllegalArgumentException(
                    "%d weights for %d rows: expected one for each".formatted(weights.length, size));
        }
        float[] own = weights.clone();
        return new Dataset(
                size, batchSize, (row, seed) -> samples.sample(row, seed).weighted(own[row]), order);
    }

    /**
     * A dataset whose samples are drawn anew in every epoch, such as masks or negative examples. What is drawn depends on the
     * graph's seed, the epoch and the row only, so that training which was interrupted goes on with the same samples.
     *
     * @param encoder turns one row into arrays with what it draws
     * @throws IllegalArgumentException if there are no rows, or the batch size is below 1
     */
    public static <R> Dataset drawn(
            List<R> rows, int batchSize, BiFunction<? super R, SplittableRandom, Sample> encoder) {
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("A dataset of no rows: expected at least one");
        }
        if (batchSize < 1) {
            throw new IllegalArgumentException("Batch size " + batchSize + ": expected at least 1");
        }
        return new Dataset(
                rows.size(),
                Math.min(batchSize, rows.size()),
                // Seeds that lie close to each other would give neighbouring rows of two epochs the same draws.
                (row, seed) ->
                        encoder.apply(rows.get(row), new SplittableRandom(new SplittableRandom(seed).nextLong() + row)),
                Order.SHUFFLED);
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
        return samples()
                .reduce((longest, sample) -> sample.length() > longest.length() ? sample : longest)
                .orElseThrow();
    }

    /** All samples in the order of their rows, one at a time; those that are drawn are others than in training. */
    public Stream<Sample> samples() {
        return IntStream.range(0, size).mapToObj(row -> samples.sample(row, 0));
    }

    /**
     * The same dataset, each of whose samples is looked at before it goes into a batch.
     *
     * @param check is given the sample and its row, and throws if something is wrong with it
     */
    public Dataset checked(ObjIntConsumer<Sample> check) {
        return new Dataset(
                size,
                batchSize,
                (row, seed) -> {
                    Sample sample = samples.sample(row, seed);
                    check.accept(sample, row);
                    return sample;
                },
                order);
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
        return new Dataset(size, batchSize, samples, Order.BY_LENGTH);
    }

    /** The same rows, in this order in every epoch, as {@code shuffle=False} is in Keras. */
    public Dataset inOrder() {
        return new Dataset(size, batchSize, samples, Order.AS_GIVEN);
    }

    /** The batches of an epoch: all rows, each once, in an order that depends on the seed only. */
    public Stream<Ordered> epoch(long seed) {
        return epoch(seed, 0);
    }

    /**
     * As {@link #epoch(long)}, without the first batches.
     *
     * @param skipped how many
     */
    public Stream<Ordered> epoch(long seed, int skipped) {
        Random random = new Random(seed);
        List<Integer> rows = new ArrayList<>(rows());
        if (order != Order.AS_GIVEN) {
            Collections.shuffle(rows, random);
        }
        return order == Order.BY_LENGTH
                ? sortedWindows(rows, seed)
                        .flatMap(window -> shuffledBatches(window, random))
                        .skip(skipped)
                        .map(Dataset::ordered)
                : batches(rows).skip(skipped).map(batch -> ordered(turned(batch, seed)));
    }

    /** All rows, those of similar length together, so that little is spent on padding. */
    public Stream<Ordered> byLength() {
        return sortedWindows(rows(), 0).flatMap(this::batches).map(Dataset::ordered);
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
    private Stream<List<Numbered>> sortedWindows(List<Integer> order, long seed) {
        return parts(order, SORTED_TOGETHER * batchSize)
                .map(window -> turned(window, seed).stream()
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

    private List<Numbered> turned(List<Integer> rows, long seed) {
        return rows.stream()
                .map(row -> new Numbered(row, samples.sample(row, seed)))
                .toList();
    }

    private static Ordered ordered(List<Numbered> rows) {
        return new Ordered(
                Batch.of(rows.stream().map(Numbered::sample).toList()),
                rows.stream().mapToInt(Numbered::row).toArray());
    }
}
