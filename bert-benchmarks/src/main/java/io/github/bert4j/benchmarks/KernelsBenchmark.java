package io.github.bert4j.benchmarks;

import io.github.bert4j.kernels.AdamStep;
import io.github.bert4j.kernels.DenseKernel;
import io.github.bert4j.kernels.DropoutMask;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.kernels.KernelLayout;
import io.github.bert4j.kernels.Kernels;
import io.github.bert4j.kernels.PortableKernels;
import io.github.bert4j.kernels.Precision;
import io.github.bert4j.kernels.Relation;
import io.github.bert4j.kernels.Sequences;
import io.github.bert4j.kernels.onednn.OneDnnKernels;
import io.github.bert4j.ops.Step;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Milliseconds per op at the shapes of BERT-base, 8 sequences of 128 tokens, for both kernels, on all cores. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class KernelsBenchmark {
    private static final int BATCH = 8;
    private static final int LENGTH = 128;
    private static final int ROWS = BATCH * LENGTH;
    private static final int HIDDEN = 768;
    private static final int INTERMEDIATE = 4 * HIDDEN;
    private static final int HEADS = 12;
    private static final float EPSILON = 1e-12f;
    private static final Sequences SEQUENCES =
            new Sequences(IntStream.rangeClosed(0, BATCH).map(i -> i * LENGTH).toArray());
    private static final DropoutMask MASK = new Step(true, 0, 0).mask(0, 0.1f);

    /** The implementations of {@link Kernels}. */
    public enum Implementation {
        /** oneDNN and Java loops. */
        ONEDNN,
        /** The same with products of bfloat16 factors, on CPUs that have them. */
        ONEDNN_BF16,
        /** Plain ND4J. */
        PORTABLE;

        Kernels open() {
            return switch (this) {
                case ONEDNN -> new OneDnnKernels(Precision.FLOAT32);
                case ONEDNN_BF16 -> new OneDnnKernels(Precision.BF16);
                case PORTABLE -> new PortableKernels();
            };
        }
    }

    @Param
    private Implementation implementation;

    private final INDArray x = random(ROWS, HIDDEN);
    private final INDArray dx = random(ROWS, HIDDEN);
    private final INDArray wide = random(ROWS, INTERMEDIATE);
    private final INDArray dWide = random(ROWS, INTERMEDIATE);
    private final INDArray wideResult = random(ROWS, INTERMEDIATE);
    private final INDArray kernel = random(HIDDEN, INTERMEDIATE);
    private final DenseKernel weights = new DenseKernel(kernel, KernelLayout.IN_OUT, false, true);
    private final INDArray dKernel = random(HIDDEN, INTERMEDIATE);
    private final INDArray bias = random(INTERMEDIATE);
    private final INDArray gamma = random(HIDDEN);
    private final INDArray beta = random(HIDDEN);
    private final INDArray dGamma = random(HIDDEN);
    private final INDArray dBeta = random(HIDDEN);
    private final INDArray mean = random(ROWS);
    private final INDArray variance = random(ROWS);
    private final INDArray query = random(ROWS, HIDDEN);
    private final INDArray key = random(ROWS, HIDDEN);
    private final INDArray value = random(ROWS, HIDDEN);
    private final INDArray dQuery = random(ROWS, HIDDEN);
    private final INDArray dKey = random(ROWS, HIDDEN);
    private final INDArray dValue = random(ROWS, HIDDEN);
    private final INDArray firstMoment = random(HIDDEN, INTERMEDIATE);
    private final INDArray secondMoment = random(HIDDEN, INTERMEDIATE);
    private Kernels kernels;

    /** Opens the kernels that are measured. */
    @Setup
    public void open() {
        kernels = implementation.open();
    }

    @Benchmark
    public void dense() {
        kernels.dense(x, weights, bias, null, wideResult);
    }

    @Benchmark
    public void denseWithGelu() {
        kernels.dense(x, weights, bias, Gelu.TANH, wideResult);
    }

    @Benchmark
    public void denseInputGradient() {
        kernels.denseInputGradient(dWide, weights, dx, false);
    }

    @Benchmark
    public void denseKernelGradient() {
        kernels.denseKernelGradient(x, dWide, KernelLayout.IN_OUT, dKernel);
    }

    @Benchmark
    public void columnSums() {
        kernels.columnSums(dWide, bias);
    }

    @Benchmark
    public void gelu() {
        kernels.gelu(Gelu.TANH, wide, wideResult);
    }

    @Benchmark
    public void geluGradient() {
        kernels.geluGradient(Gelu.TANH, wide, dWide, wideResult);
    }

    @Benchmark
    public void layerNorm() {
        kernels.layerNorm(x, gamma, beta, EPSILON, dx, mean, variance);
    }

    @Benchmark
    public void layerNormGradient() {
        kernels.layerNormGradient(x, mean, variance, gamma, EPSILON, query, dx, dGamma, dBeta);
    }

    @Benchmark
    public void dropout() {
        kernels.dropout(MASK, x, dx);
    }

    @Benchmark
    public void attention() {
        kernels.attention(query, key, value, SEQUENCES, SEQUENCES, HEADS, MASK, Relation.NONE, dx);
    }

    @Benchmark
    public void attentionGradient() {
        kernels.attentionGradient(
                query, key, value, x, SEQUENCES, SEQUENCES, HEADS, MASK, Relation.NONE, dQuery, dKey, dValue, null);
    }

    /** One kernel's 2.4 million weights. */
    @Benchmark
    public void adam() {
        kernels.adam(new AdamStep(1e-5, 0.9, 0.999, 1e-7, 1, 0), kernel, dKernel, firstMoment, secondMoment);
    }

    /** Frees them. */
    @TearDown
    public void close() {
        kernels.close();
    }

    private static INDArray random(long... shape) {
        return Nd4j.rand(DataType.FLOAT, shape);
    }
}
