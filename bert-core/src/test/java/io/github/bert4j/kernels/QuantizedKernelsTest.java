package io.github.bert4j.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bert4j.kernels.onednn.OneDnn;
import io.github.bert4j.kernels.onednn.OneDnnKernels;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.commons.math3.special.Erf;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Products of 8 bits, held to their formula in doubles. */
class QuantizedKernelsTest {
    private static final int LARGEST = 127;
    private static final int LARGEST_OF_WEIGHTS = 64;

    private static OneDnnKernels kernels;
    private final Random random = new Random(3);

    @BeforeAll
    static void open() {
        assumeTrue(OneDnn.isAvailable(), "oneDNN is not loaded: its kernels are not tested");
        kernels = new OneDnnKernels(Precision.INT8);
    }

    @AfterAll
    static void close() {
        if (kernels != null) {
            kernels.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 2, 1", "3, 5, 7", "1, 768, 768", "17, 312, 1200", "130, 1200, 312", "33, 3072, 64"})
    void multiplyWholeNumbersRelativeToRowsAndColumns(int rows, int in, int out) {
        float[][] x = matrix(rows, in);
        float[][] kernel = matrix(in, out);
        float[] bias = matrix(1, out)[0];
        assertNear(expected(x, kernel, bias, null), dense(x, kernel, bias, null));
        for (Gelu gelu : Gelu.values()) {
            assertNear(expected(x, kernel, bias, gelu), dense(x, kernel, bias, gelu));
        }
    }

    /** On processors without instructions for them, sums of two products of 8 bits can overflow 16. */
    @Test
    void doNotOverflowWhereAllNumbersAreLargest() {
        float[][] x = {new float[64], new float[64]};
        float[][] kernel = new float[64][32];
        for (int i = 0; i < 64; i++) {
            x[0][i] = 2;
            x[1][i] = -2;
            Arrays.fill(kernel[i], i % 2 == 0 ? 3 : -3);
            kernel[i][0] = 3;
        }
        float[] bias = new float[32];
        assertNear(expected(x, kernel, bias, null), dense(x, kernel, bias, null));
    }

    @Test
    void answerForARowWhateverOtherRowsThereAre() {
        float[][] x = matrix(9, 40);
        float[][] kernel = matrix(40, 50);
        float[] bias = matrix(1, 50)[0];
        float[][] together = dense(x, kernel, bias, null);
        for (int i = 0; i < x.length; i++) {
            assertArrayEquals(together[i], dense(new float[][] {x[i]}, kernel, bias, null)[0]);
        }
    }

    @Test
    void computeSeveralProjectionsOfTheSameRowsAsEachAlone() {
        float[][] x = matrix(9, 40);
        INDArray rows = Nd4j.create(x);
        INDArray first = Nd4j.create(9, 16);
        INDArray second = Nd4j.create(9, 24);
        float[][] kernel = matrix(40, 16);
        float[][] other = matrix(40, 24);
        float[] bias = matrix(1, 16)[0];
        float[] otherBias = matrix(1, 24)[0];
        kernels.dense(
                rows,
                List.of(
                        new Projection(coarse(kernel), Nd4j.createFromArray(bias), first),
                        new Projection(coarse(other), Nd4j.createFromArray(otherBias), second)));
        assertArrayEquals(dense(x, kernel, bias, null), first.toFloatMatrix());
        assertArrayEquals(dense(x, other, otherBias, null), second.toFloatMatrix());
    }

    @Test
    void takeARowOfZerosForOne() {
        float[][] x = new float[2][8];
        float[] bias = matrix(1, 4)[0];
        assertArrayEquals(new float[][] {bias, bias}, dense(x, new float[8][4], bias, null));
    }

    /** What diverged is to be noticed. */
    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void computeNoNumbersOfWhatIsNone(float none) {
        float[][] x = matrix(3, 40);
        Arrays.fill(x[1], none);
        float[][] y = dense(x, matrix(40, 8), new float[8], null);
        for (float value : y[1]) {
            assertFalse(Float.isFinite(value), String.valueOf(value));
        }
        for (float value : y[2]) {
            assertTrue(Float.isFinite(value), String.valueOf(value));
        }
    }

    @Test
    void leaveHeadsExact() {
        INDArray x = Nd4j.create(matrix(3, 20));
        INDArray kernel = Nd4j.create(matrix(20, 30));
        INDArray y = Nd4j.create(3, 30);
        kernels.dense(x, new DenseKernel(kernel, KernelLayout.IN_OUT, true, false), null, null, y);
        assertEquals(0, x.mmul(kernel).sub(y).amaxNumber().doubleValue(), 1e-5);
    }

    @Test
    void roundAgainAfterWeightsChange() {
        float[][] x = matrix(3, 20);
        INDArray kernel = Nd4j.create(matrix(20, 30));
        INDArray bias = Nd4j.zeros(30);
        INDArray y = Nd4j.create(3, 30);
        DenseKernel coarse = new DenseKernel(kernel, KernelLayout.IN_OUT, true, true);
        kernels.dense(Nd4j.create(x), coarse, bias, null, y);
        kernel.assign(0);
        kernels.weightsChanged();
        kernels.dense(Nd4j.create(x), coarse, bias, null, y);
        assertEquals(0, y.amaxNumber().doubleValue());
    }

    private static DenseKernel coarse(float[][] kernel) {
        return new DenseKernel(Nd4j.create(kernel), KernelLayout.IN_OUT, true, true);
    }

    private static float[][] dense(float[][] x, float[][] kernel, float[] bias, Gelu gelu) {
        INDArray y = Nd4j.create(x.length, bias.length);
        kernels.dense(Nd4j.create(x), coarse(kernel), Nd4j.createFromArray(bias), gelu, y);
        kernels.weightsChanged(); // another kernel may come to lie at the same place
        return y.toFloatMatrix();
    }

    private static double[][] expected(float[][] x, float[][] kernel, float[] bias, Gelu gelu) {
        double[][] y = new double[x.length][bias.length];
        for (int row = 0; row < x.length; row++) {
            float rowScale = scale(x[row], LARGEST);
            for (int column = 0; column < bias.length; column++) {
                float[] values = new float[kernel.length];
                for (int i = 0; i < values.length; i++) {
                    values[i] = kernel[i][column];
                }
                float columnScale = scale(values, OneDnn.hasInt8() ? LARGEST : LARGEST_OF_WEIGHTS);
                long sum = 0;
                for (int i = 0; i < values.length; i++) {
                    sum += Math.round(Math.rint(x[row][i] / rowScale)) * Math.round(Math.rint(values[i] / columnScale));
                }
                double exact = (double) sum * rowScale * columnScale + bias[column];
                y[row][column] = gelu == null ? exact : gelu(gelu, exact);
            }
        }
        return y;
    }

    private static float scale(float[] values, int whole) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest / whole;
    }

    private static double gelu(Gelu gelu, double x) {
        return switch (gelu) {
            case ERF -> x * 0.5 * (1 + Erf.erf(x / Math.sqrt(2)));
            case TANH -> x * 0.5 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
        };
    }

    private float[][] matrix(int rows, int columns) {
        float[][] matrix = new float[rows][columns];
        for (float[] row : matrix) {
            for (int i = 0; i < columns; i++) {
                row[i] = (float) random.nextGaussian();
            }
        }
        return matrix;
    }

    /** A number that lies between two whole ones may be rounded either way: one step of 127 in one product. */
    private static void assertNear(double[][] expected, float[][] actual) {
        double largest = 0;
        double sumOfSquares = 0;
        for (int i = 0; i < expected.length; i++) {
            for (int j = 0; j < expected[i].length; j++) {
                largest = Math.max(largest, Math.abs(expected[i][j]));
                sumOfSquares += Math.pow(expected[i][j] - actual[i][j], 2);
            }
        }
        double count = (double) expected.length * expected[0].length;
        assertEquals(0, Math.sqrt(sumOfSquares / count), 1e-4 * largest);
        assertEquals(expected[0][0], actual[0][0], 1e-2 * largest);
    }
}
