package io.github.bert4j.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.bert4j.kernels.onednn.MachineKernels;
import io.github.bert4j.kernels.onednn.OneDnn;
import io.github.bert4j.kernels.onednn.OneDnnKernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Holds every method of {@link OneDnnKernels} to {@link PortableKernels}, which other tests hold to references. */
class KernelsAgreementTest {
    private static final OneDnnKernels FAST = new OneDnnKernels(Precision.FLOAT32);
    private static final Kernels PORTABLE = new PortableKernels();
    private static final double TOLERANCE = 1e-5;
    private static final float EPSILON = 1e-12f;

    private static final AdamStep ADAM = new AdamStep(1e-2, 0.9, 0.999, 1e-7, 0.5, 1e-3);

    private Random random;

    @BeforeEach
    void startsTheSameEachTime() {
        random = new Random(7);
    }

    @AfterAll
    static void close() {
        FAST.close();
    }

    @Test
    void areTheDefaultWhereOneDnnCanBeLoaded() {
        try (Kernels kernels = MachineKernels.open()) {
            assertEquals(OneDnnKernels.class, kernels.getClass());
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "1, 768, 2", "3, 5, 7", "130, 33, 2049", "1000, 64, 17"})
    void multiplyAsPlainNd4jDoes(int rows, int in, int out) {
        INDArray x = matrix(rows, in);
        INDArray dy = matrix(rows, out);
        INDArray bias = vector(out);
        for (KernelLayout layout : KernelLayout.values()) {
            INDArray kernel = layout == KernelLayout.IN_OUT ? matrix(in, out) : matrix(out, in);
            DenseKernel changing = DenseKernel.changing(kernel, layout);
            agree((kernels, y) -> kernels.dense(x, changing, bias, null, y[0]), dy);
            agree((kernels, y) -> kernels.dense(x, changing, null, null, y[0]), dy);
            for (Gelu gelu : Gelu.values()) {
                agree((kernels, y) -> kernels.dense(x, changing, bias, gelu, y[0]), dy);
            }
            agree((kernels, dx) -> kernels.denseInputGradient(dy, changing, dx[0], false), x);
            agree(
                    (kernels, dx) -> {
                        dx[0].assign(x);
                        kernels.denseInputGradient(dy, changing, dx[0], true);
                    },
                    x);
            agree((kernels, dKernel) -> kernels.denseKernelGradient(x, dy, layout, dKernel[0]), kernel);
        }
        agree((kernels, sums) -> kernels.columnSums(dy, sums[0]), bias);
    }

    @Test
    void readRowsOfALargerArrayWhereTheyLie() {
        INDArray x = matrix(9, 6).get(NDArrayIndex.interval(2, 5), NDArrayIndex.all());
        INDArray kernel = matrix(6, 4);
        agree(
                (kernels, y) -> kernels.dense(x, DenseKernel.changing(kernel, KernelLayout.IN_OUT), null, null, y[0]),
                matrix(3, 4));
        agree((kernels, sums) -> kernels.columnSums(x, sums[0]), vector(6));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "7, 13", "130, 2049"})
    void computeElementwiseFunctionsAsPlainNd4jDoes(int rows, int columns) {
        INDArray x = matrix(rows, columns).muli(3);
        INDArray other = matrix(rows, columns);
        for (Gelu gelu : Gelu.values()) {
            agree((kernels, y) -> kernels.gelu(gelu, x, y[0]), x);
            agree((kernels, dx) -> kernels.geluGradient(gelu, x, other, dx[0]), x);
        }
        agree((kernels, sum) -> kernels.add(x, other, sum[0]), x);
        agree(
                (kernels, sum) -> {
                    sum[0].assign(x);
                    kernels.add(sum[0], other, sum[0]);
                },
                x);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "7, 13", "130, 2049"})
    void dropTheSameElements(int rows, int columns) {
        INDArray x = matrix(rows, columns);
        for (DropoutMask mask : masks()) {
            agree((kernels, y) -> kernels.dropout(mask, x, y[0]), x);
            agree(
                    (kernels, y) -> {
                        y[0].assign(x);
                        kernels.dropout(mask, y[0], y[0]);
                    },
                    x);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 4", "7, 13", "130, 2049", "257, 768"})
    void normalizeAsPlainNd4jDoes(int rows, int width) {
        INDArray x = matrix(rows, width).muli(2).addi(0.5);
        INDArray gamma = vector(width);
        INDArray beta = vector(width);
        INDArray dy = matrix(rows, width);
        INDArray[] saved = {vector(rows), vector(rows)};
        agree((kernels, y) -> kernels.layerNorm(x, gamma, beta, EPSILON, y[0], y[1], y[2]), x, saved[0], saved[1]);
        agree((kernels, y) -> kernels.layerNorm(x, gamma, beta, EPSILON, y[0], null, null), x);
        agree(
                (kernels, y) -> {
                    y[0].assign(x);
                    kernels.layerNorm(y[0], gamma, beta, EPSILON, y[0], null, null);
                },
                x);
        PORTABLE.layerNorm(x, gamma, beta, EPSILON, empty(x), saved[0], saved[1]);
        agree(
                (kernels, d) -> kernels.layerNormGradient(x, saved[0], saved[1], gamma, EPSILON, dy, d[0], d[1], d[2]),
                x,
                gamma,
                beta);
        agree(
                (kernels, d) -> kernels.layerNormGradient(x, saved[0], saved[1], gamma, EPSILON, dy, d[0], null, null),
                x);
    }

    static Stream<Arguments> batches() {
        return Stream.of(
                Arguments.of(new int[] {1}, 1, 3),
                Arguments.of(new int[] {7}, 1, 16),
                Arguments.of(new int[] {1, 7, 0, 128, 7, 7}, 3, 5),
                Arguments.of(new int[] {0, 33, 33, 33, 2, 0}, 8, 64),
                Arguments.of(new int[] {128, 128, 128, 128, 128, 128}, 12, 8),
                Arguments.of(new int[] {700, 3, 301}, 2, 6));
    }

    @ParameterizedTest
    @MethodSource("batches")
    void attendAsPlainNd4jDoes(int[] lengths, int heads, int size) {
        Sequences sequences = sequences(lengths);
        agreeOnAttention(sequences, sequences, heads, size);
    }

    @ParameterizedTest
    @MethodSource("batches")
    void attendFromOneQueryPerSequenceAsPlainNd4jDoes(int[] lengths, int heads, int size) {
        int[] one = new int[lengths.length];
        Arrays.fill(one, 1);
        agreeOnAttention(sequences(one), sequences(lengths), heads, size);
    }

    /** Queries far from the first key, none at all, and some without keys. */
    @Test
    void attendFromTheMiddleOfLongTextsAsPlainNd4jDoes() {
        Sequences queries = sequences(1, 0, 2, 1);
        Sequences keys = sequences(600, 600, 900, 0);
        Places places = new Places(new int[] {450, 3, 899, 7}, places(keys));
        agreeOnAttention(queries, keys, 2, 6, places);
    }

    /** Too many pairs to be kept at a time. */
    @Test
    void attendWithinALongTextAsPlainNd4jDoes() {
        agreeOnAttention(sequences(2200, 10), sequences(2200, 10), 1, 4);
    }

    @Test
    void attendFromAnyNumberOfQueriesAsPlainNd4jDoes() {
        agreeOnAttention(sequences(3, 0, 2, 5, 5), sequences(7, 4, 0, 2, 2), 3, 5);
    }

    private void agreeOnAttention(Sequences queries, Sequences keys, int heads, int size) {
        agreeOnAttention(queries, keys, heads, size, new Places(places(queries), places(keys)));
    }

    private void agreeOnAttention(Sequences queries, Sequences keys, int heads, int size, Places places) {
        int batch = keys.count();
        INDArray query = matrix(queries.start(batch), heads * size);
        INDArray key = matrix(keys.start(batch), heads * size);
        INDArray value = matrix(keys.start(batch), heads * size);
        INDArray gradient = matrix(queries.start(batch), heads * size);
        INDArray biases = matrix(32, heads);
        for (Relation relation : List.of(
                Relation.NONE,
                new Relation.Window(places, 4),
                new Relation.Bias(places, biases),
                new Relation.Vectors(places, matrix(2 * 20 + 1, size)))) {
            boolean learned = relation instanceof Relation.Bias;
            for (DropoutMask mask : masks()) {
                agree(
                        (kernels, y) ->
                                kernels.attention(query, key, value, queries, keys, heads, mask, relation, y[0]),
                        query);
                agree(
                        (kernels, d) -> kernels.attentionGradient(
                                query,
                                key,
                                value,
                                gradient,
                                queries,
                                keys,
                                heads,
                                mask,
                                relation,
                                d[0],
                                d[1],
                                d[2],
                                learned ? d[3] : null),
                        learned ? new INDArray[] {query, key, value, biases} : new INDArray[] {query, key, value});
            }
        }
    }

    /** Each sequence's rows from place 0 on. */
    private static int[] places(Sequences sequences) {
        int[] places = new int[sequences.start(sequences.count())];
        for (int i = 0; i < sequences.count(); i++) {
            for (int j = 0; j < sequences.length(i); j++) {
                places[sequences.start(i) + j] = j;
            }
        }
        return places;
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 2", "7, 3, 6", "300, 12, 64"})
    void turnRowsAsPlainNd4jDoes(int count, int heads, int size) {
        INDArray x = matrix(count, heads * size);
        int[] places = random.ints(count, 0, 500).toArray();
        for (Rotation.Pairs pairs : Rotation.Pairs.values()) {
            Rotation rotation = new Rotation(size, pairs, 10_000);
            agree((kernels, y) -> kernels.rotate(x, places, rotation, false, y[0]), x);
            agree((kernels, y) -> kernels.rotate(x, places, rotation, true, y[0]), x);
            agree(
                    (kernels, y) -> {
                        y[0].assign(x);
                        kernels.rotate(y[0], places, rotation, false, y[0]);
                    },
                    x);
        }
    }

    private static Sequences sequences(int... lengths) {
        int[] starts = new int[lengths.length + 1];
        Arrays.setAll(starts, i -> i == 0 ? 0 : Arrays.stream(lengths, 0, i).sum());
        return new Sequences(starts);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "5, 13, 40", "3, 768, 200", "2000, 33, 1500"})
    void lookRowsUpAndAddThemBackAsPlainNd4jDoes(int rows, int width, int count) {
        INDArray table = matrix(rows, width);
        // Fewer rows than indices, so many are met twice.
        INDArray indices =
                Nd4j.createFromArray(random.ints(count, 0, (rows + 1) / 2).toArray());
        INDArray looked = matrix(count, width);
        agree((kernels, target) -> kernels.lookup(table, indices, target[0], false), looked);
        agree(
                (kernels, target) -> {
                    target[0].assign(looked);
                    kernels.lookup(table, indices, target[0], true);
                },
                looked);
        agree((kernels, target) -> kernels.scatterAdd(looked, indices, target[0], false), table);
        agree(
                (kernels, target) -> {
                    target[0].assign(table);
                    kernels.scatterAdd(looked, indices, target[0], true);
                },
                table);
    }

    @ParameterizedTest
    @CsvSource({"1", "1025", "200001"})
    void updateParametersAsPlainNd4jDoes(int count) {
        INDArray parameter = vector(count);
        INDArray gradient = vector(count);
        INDArray first = vector(count);
        INDArray second = vector(count).muli(0.1);
        second.muli(second);
        agree(
                (kernels, state) -> {
                    state[0].assign(parameter);
                    state[1].assign(first);
                    state[2].assign(second);
                    kernels.adam(ADAM, state[0], gradient, state[1], state[2]);
                },
                parameter,
                first,
                second);
    }

    @Test
    void keepARoundedCopyOfAFixedKernelUntilWeightsChange() {
        assumeBf16();
        INDArray x = matrix(3, 40);
        INDArray kernel = matrix(40, 50);
        DenseKernel fixed = new DenseKernel(kernel, KernelLayout.IN_OUT, true, false);
        INDArray before = Nd4j.create(3, 50);
        INDArray after = Nd4j.create(3, 50);
        try (Kernels bf16 = new OneDnnKernels(Precision.BF16)) {
            bf16.dense(x, fixed, null, null, before);
            kernel.assign(0);
            bf16.dense(x, fixed, null, null, after);
            assertEquals(before, after, "the kernel said to be fixed is not copied again");
            bf16.weightsChanged();
            bf16.dense(x, fixed, null, null, after);
            assertEquals(0, after.amaxNumber().doubleValue());
        }
    }

    /** Held to the portable kernels on factors that were rounded before. */
    @ParameterizedTest
    @CsvSource({"1, 1, 1", "3, 5, 7", "130, 33, 2049"})
    void roundFactorsOfProductsInBf16(int rows, int in, int out) {
        assumeBf16();
        INDArray x = matrix(rows, in);
        INDArray dy = matrix(rows, out);
        INDArray bias = vector(out);
        try (Kernels bf16 = new OneDnnKernels(Precision.BF16)) {
            for (KernelLayout layout : KernelLayout.values()) {
                INDArray kernel = layout == KernelLayout.IN_OUT ? matrix(in, out) : matrix(out, in);
                DenseKernel changing = DenseKernel.changing(kernel, layout);
                DenseKernel rounded = DenseKernel.changing(rounded(kernel), layout);
                agree(
                        bf16,
                        (kernels, y) -> kernels.dense(
                                kernels == bf16 ? x : rounded(x),
                                kernels == bf16 ? changing : rounded,
                                bias,
                                null,
                                y[0]),
                        dy);
                agree(
                        bf16,
                        (kernels, dx) -> kernels.denseInputGradient(
                                kernels == bf16 ? dy : rounded(dy), kernels == bf16 ? changing : rounded, dx[0], false),
                        x);
                agree(
                        bf16,
                        (kernels, dKernel) -> kernels.denseKernelGradient(
                                kernels == bf16 ? x : rounded(x),
                                kernels == bf16 ? dy : rounded(dy),
                                layout,
                                dKernel[0]),
                        kernel);
            }
        }
    }

    private static void assumeBf16() {
        try {
            OneDnn.require(Precision.BF16);
        } catch (IllegalArgumentException e) {
            Assumptions.abort(e.getMessage());
        }
    }

    /** To the nearest number of 8 bits of precision, ties to even. */
    private static INDArray rounded(INDArray array) {
        float[] values = array.dup().data().asFloat();
        for (int i = 0; i < values.length; i++) {
            int bits = Float.floatToRawIntBits(values[i]);
            values[i] = Float.intBitsToFloat((bits + 0x7FFF + ((bits >>> 16) & 1)) & 0xFFFF0000);
        }
        return Nd4j.createFromArray(values).reshape(array.shape());
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "13, 40", "300, 1025", "2000, 33"})
    void updateRowsAsPlainNd4jDoes(int tableRows, int width) {
        INDArray table = matrix(tableRows, width);
        INDArray first = matrix(tableRows, width);
        INDArray second = matrix(tableRows, width);
        second.muli(second);
        int[] rows = IntStream.range(0, tableRows).filter(row -> row % 3 != 1).toArray();
        int[] gradientRows = IntStream.range(0, rows.length)
                .map(i -> i % 2 == 0 ? i / 2 : -1)
                .toArray();
        INDArray gradient = matrix((rows.length + 1) / 2, width);
        agree(
                (kernels, state) -> {
                    state[0].assign(table);
                    state[1].assign(first);
                    state[2].assign(second);
                    kernels.adamOfRows(ADAM, state[0], rows, gradient, gradientRows, state[1], state[2]);
                },
                table,
                first,
                second);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 1025", "2000, 768", "200001, 1"})
    void sumSquares(int rows, int width) {
        INDArray x = rows == 1 ? vector(width) : matrix(rows, width);
        double expected = 0;
        for (float value : x.dup().data().asFloat()) {
            expected += (double) value * value;
        }
        assertEquals(expected, FAST.sumOfSquares(x), 1e-12 * expected);
        assertEquals(expected, PORTABLE.sumOfSquares(x), 1e-6 * expected);
    }

    @Test
    void serveSeveralThreadsAtATime() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Void>> calls = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                int rows = 1 + i % 8;
                INDArray x = matrix(rows, 24);
                INDArray kernel = matrix(24, 40);
                INDArray y = matrix(rows, 40);
                calls.add(() -> {
                    agree(
                            (kernels, d) -> kernels.dense(
                                    x, DenseKernel.changing(kernel, KernelLayout.IN_OUT), null, null, d[0]),
                            y);
                    return null;
                });
            }
            for (Future<Void> call : threads.invokeAll(calls)) {
                call.get();
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void refuseToComputeOnceClosed() {
        Kernels kernels = new OneDnnKernels(Precision.FLOAT32);
        kernels.close();
        INDArray x = matrix(2, 2);
        assertThrows(IllegalStateException.class, () -> kernels.add(x, x, x));
    }

    private static List<DropoutMask> masks() {
        return List.of(DropoutMask.NONE, new DropoutMask(1, 2, 3, 0.3f));
    }

    /** Runs both on outputs of these shapes, that hold nothing but NaN before. */
    private static void agree(BiConsumer<Kernels, INDArray[]> call, INDArray... shapes) {
        agree(FAST, call, shapes);
    }

    private static void agree(Kernels fast, BiConsumer<Kernels, INDArray[]> call, INDArray... shapes) {
        INDArray[] expected = Stream.of(shapes).map(KernelsAgreementTest::empty).toArray(INDArray[]::new);
        INDArray[] actual = Stream.of(shapes).map(KernelsAgreementTest::empty).toArray(INDArray[]::new);
        call.accept(PORTABLE, expected);
        call.accept(fast, actual);
        for (int i = 0; i < shapes.length; i++) {
            float[] wanted = expected[i].data().asFloat();
            float[] received = actual[i].data().asFloat();
            double largest = 0;
            for (float value : wanted) {
                largest = Math.max(largest, Math.abs(value));
            }
            for (int j = 0; j < wanted.length; j++) {
                assertFalse(Float.isNaN(wanted[j]), "the portable kernels left out element " + j + " of output " + i);
                assertEquals(wanted[j], received[j], TOLERANCE * largest, "element " + j + " of output " + i);
            }
        }
    }

    private static INDArray empty(INDArray shape) {
        return Nd4j.valueArrayOf(shape.shape(), Float.NaN);
    }

    private INDArray vector(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Nd4j.createFromArray(values);
    }

    private INDArray matrix(int rows, int columns) {
        return vector(rows * columns).reshape(rows, columns);
    }
}
