package io.github.bert4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DatasetTest {
    private static final int ROWS = 1003;

    /** Row numbers from 1, each as a sample of its number repeated as often as {@link #length} says. */
    private final Dataset dataset =
            Dataset.of(IntStream.rangeClosed(1, ROWS).boxed().toList(), 10, DatasetTest::encode);

    @Test
    void shufflesEveryRowOnce() {
        List<Integer> order = rows(dataset.epoch(1).map(Dataset.Ordered::batch));
        assertEquals(
                IntStream.rangeClosed(1, ROWS).boxed().toList(),
                order.stream().sorted().toList());
        assertNotEquals(order.stream().sorted().toList(), order);
        List<Batch> batches = dataset.epoch(1).map(Dataset.Ordered::batch).toList();
        assertEquals(dataset.steps(), batches.size());
        assertEquals(101, batches.size());
        assertEquals(10, batches.get(0).size());
        assertEquals(3, batches.get(100).size());
    }

    @Test
    void shufflesByTheSeedOnly() {
        assertEquals(
                rows(dataset.epoch(7).map(Dataset.Ordered::batch)),
                rows(dataset.epoch(7).map(Dataset.Ordered::batch)));
        assertNotEquals(
                rows(dataset.epoch(7).map(Dataset.Ordered::batch)),
                rows(dataset.epoch(8).map(Dataset.Ordered::batch)));
    }

    @Test
    void keepsTheOrderWhereItIsAskedTo() {
        Dataset inOrder = dataset.inOrder();
        List<Integer> rows = IntStream.rangeClosed(1, ROWS).boxed().toList();
        assertEquals(rows, rows(inOrder.epoch(7).map(Dataset.Ordered::batch)));
        assertEquals(rows.subList(20, ROWS), rows(inOrder.epoch(8, 2).map(Dataset.Ordered::batch)));
        assertArrayEquals(
                IntStream.range(20, 30).toArray(),
                inOrder.epoch(8, 2).findFirst().orElseThrow().rows());
    }

    @Test
    void findsTheLongestSample() {
        List<Integer> lengths = List.of(2, 5, 1, 5, 3);
        Sample longest =
                Dataset.of(lengths, 2, length -> Sample.of(new int[length])).longest();
        assertEquals(5, longest.length());
    }

    @Test
    void ordersByLengthAndSaysWhichRowsItTook() {
        List<Integer> seen = new ArrayList<>();
        int padding = 0;
        for (Dataset.Ordered ordered : dataset.byLength().toList()) {
            IntValues ids = (IntValues) ordered.batch().inputs().get(0);
            assertEquals(ordered.rows().length, ordered.batch().size());
            for (int i = 0; i < ordered.rows().length; i++) {
                int row = ordered.rows()[i];
                seen.add(row);
                assertEquals(row + 1, ids.get(i, 0));
                assertEquals(length(row + 1), ordered.batch().lengths()[i]);
                padding += ids.shape()[1] - length(row + 1);
            }
        }
        assertEquals(
                IntStream.range(0, ROWS).boxed().toList(),
                seen.stream().sorted().toList());
        int shuffledPadding = padding(dataset.epoch(1).map(Dataset.Ordered::batch));
        assertTrue(10 * padding < shuffledPadding, padding + " of " + shuffledPadding);
    }

    @Test
    void shufflesEveryRowOnceIntoBatchesOfSimilarLength() {
        Dataset bucketed = dataset.bucketedByLength();
        List<Batch> batches = bucketed.epoch(1).map(Dataset.Ordered::batch).toList();
        assertEquals(
                IntStream.rangeClosed(1, ROWS).boxed().toList(),
                rows(batches.stream()).stream().sorted().toList());
        assertEquals(bucketed.steps(), batches.size());
        assertEquals(
                List.of(3),
                batches.stream().map(Batch::size).filter(size -> size != 10).toList());
        assertEquals(10, bucketed.batchSize());
        int padding = padding(batches.stream());
        int shuffledPadding = padding(dataset.epoch(1).map(Dataset.Ordered::batch));
        assertTrue(10 * padding < shuffledPadding, padding + " of " + shuffledPadding);
    }

    @Test
    void shufflesBatchesOfSimilarLengthByTheSeedOnly() {
        Dataset bucketed = dataset.bucketedByLength();
        assertEquals(
                rows(bucketed.epoch(7).map(Dataset.Ordered::batch)),
                rows(bucketed.epoch(7).map(Dataset.Ordered::batch)));
        assertNotEquals(
                rows(bucketed.epoch(7).map(Dataset.Ordered::batch)),
                rows(bucketed.epoch(8).map(Dataset.Ordered::batch)));
        // Not only the batches' order differs, but who is with whom.
        assertNotEquals(
                bucketed.epoch(7)
                        .map(Dataset.Ordered::batch)
                        .map(DatasetTest::members)
                        .collect(Collectors.toSet()),
                bucketed.epoch(8)
                        .map(Dataset.Ordered::batch)
                        .map(DatasetTest::members)
                        .collect(Collectors.toSet()));
    }

    /** Sorted batches in their order would show a model ever longer texts. */
    @Test
    void bringsBatchesOfSimilarLengthInRandomOrder() {
        int[] lengths = dataset.bucketedByLength()
                .epoch(1)
                .map(Dataset.Ordered::batch)
                .limit(64)
                .mapToInt(batch -> batch.lengths()[0])
                .toArray();
        long rises = IntStream.range(1, lengths.length)
                .filter(i -> lengths[i] > lengths[i - 1])
                .count();
        assertTrue(rises > 16 && rises < 48, "longer than the one before: " + rises);
    }

    /** Most reviews are short, some are long, and what is longer is cut to 102 tokens. */
    @Test
    void spendsLittleOnPaddingWhereReviewsAreInBuckets() {
        Random random = new Random(2);
        List<Integer> lengths = IntStream.range(0, 5000)
                .map(i -> (int) Math.min(102, 5 + Math.exp(4.2 + 0.8 * random.nextGaussian())))
                .boxed()
                .toList();
        int tokens = lengths.stream().mapToInt(length -> length).sum();
        Dataset reviews = Dataset.of(lengths, 32, length -> Sample.of(new int[length]));
        double shuffled = (double) tokens / (tokens + padding(reviews.epoch(1).map(Dataset.Ordered::batch)));
        double bucketed = (double) tokens
                / (tokens + padding(reviews.bucketedByLength().epoch(1).map(Dataset.Ordered::batch)));
        assertTrue(shuffled < 0.75 && bucketed > 0.97, shuffled + " and " + bucketed + " of all tokens are real");
    }

    /** The smaller batch would else always hold the longest rows, which would so weigh more. */
    @Test
    void letsAnyRowsBeInTheSmallerBatch() {
        Dataset bucketed = dataset.bucketedByLength();
        int[] lengths = LongStream.range(0, 20)
                .mapToInt(seed -> bucketed.epoch(seed)
                        .map(Dataset.Ordered::batch)
                        .filter(batch -> batch.size() == 3)
                        .findFirst()
                        .orElseThrow()
                        .lengths()[0])
                .sorted()
                .toArray();
        assertTrue(lengths[0] < 30 && lengths[19] > 70, Arrays.toString(lengths));
    }

    @Test
    void turnsRowsIntoSamplesWhenTheirBatchIsDue() {
        AtomicInteger encoded = new AtomicInteger();
        Dataset counting = Dataset.of(List.of(1, 2, 3, 4, 5), 2, row -> {
            encoded.incrementAndGet();
            return encode(row);
        });
        assertEquals(0, encoded.get());
        assertEquals(5, counting.size());
        assertEquals(2, counting.batchSize());
        assertEquals(3, counting.steps());
        var batches = counting.epoch(1).map(Dataset.Ordered::batch).iterator();
        batches.next();
        assertEquals(2, encoded.get());
    }

    @Test
    void putsAllRowsIntoOneBatchIfTheBatchIsLarger() {
        Dataset dataset = Dataset.of(List.of(1, 2, 3), Integer.MAX_VALUE, i -> Sample.of(new int[] {i}));
        assertEquals(1, dataset.steps());
        assertEquals(
                List.of(3),
                dataset.epoch(1).map(Dataset.Ordered::batch).map(Batch::size).toList());
        assertEquals(
                List.of(3),
                dataset.byLength().map(ordered -> ordered.batch().size()).toList());
    }

    @Test
    void refusesNoRowsAndNoBatchSize() {
        assertThrows(IllegalArgumentException.class, () -> Dataset.of(List.of(), 2, row -> encode(1)));
        assertThrows(IllegalArgumentException.class, () -> Dataset.of(List.of(1), 0, DatasetTest::encode));
    }

    private static Sample encode(int row) {
        int[] ids = new int[length(row)];
        Arrays.fill(ids, row);
        return Sample.of(ids);
    }

    private static int length(int row) {
        return 1 + new Random(row).nextInt(100);
    }

    private static int padding(Stream<Batch> batches) {
        return batches.mapToInt(batch -> Arrays.stream(batch.lengths())
                        .map(length -> ((IntValues) batch.inputs().get(0)).shape()[1] - length)
                        .sum())
                .sum();
    }

    private static List<Integer> rows(Stream<Batch> batches) {
        return batches.flatMap(batch -> members(batch).stream()).toList();
    }

    private static List<Integer> members(Batch batch) {
        IntValues ids = (IntValues) batch.inputs().get(0);
        return IntStream.range(0, batch.size()).mapToObj(i -> ids.get(i, 0)).toList();
    }
}
