package io.github.bert4j.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.kernels.KernelLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

class GradientsTest {

    @Test
    void addsUpTheUsesOfAVariable() {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable x = small.variable("x", 2, 2);
            SDVariable output = new DenseOp(x, x).output().add(x).mul(x);
            small.assertFollows(
                    values -> {
                        double[] v = values[0];
                        double[] product = {
                            v[0] * v[0] + v[1] * v[2], v[0] * v[1] + v[1] * v[3],
                            v[2] * v[0] + v[3] * v[2], v[2] * v[1] + v[3] * v[3]
                        };
                        for (int i = 0; i < 4; i++) {
                            product[i] = (product[i] + v[i]) * v[i];
                        }
                        return product;
                    },
                    output,
                    2e-6);
        }
    }

    @Test
    void differentiatesStockOpsBetweenOurs() {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable x = small.variable("x", 2, 4);
            SDVariable kernel = small.variable("kernel", 4, 2);
            SDVariable dense = new DenseOp(x, kernel).output();
            SDVariable both = small.graph.concat(1, small.graph.math().tanh(dense), dense.mul(dense));
            SDVariable back = small.graph.reshape(both.permute(1, 0), 2, 4).sub(x);
            SDVariable output = new DenseOp(back.mul(0.5), kernel).output();
            small.assertFollows(
                    values -> {
                        double[] d = multiply(values[0], values[1], 4, 2);
                        // The concatenation transposed is [4, 2], row i column j being element (j, i).
                        double[] transposed = new double[8];
                        for (int j = 0; j < 2; j++) {
                            for (int i = 0; i < 2; i++) {
                                transposed[i * 2 + j] = Math.tanh(d[j * 2 + i]);
                                transposed[(i + 2) * 2 + j] = d[j * 2 + i] * d[j * 2 + i];
                            }
                        }
                        for (int i = 0; i < 8; i++) {
                            transposed[i] = 0.5 * (transposed[i] - values[0][i]);
                        }
                        return multiply(transposed, values[1], 4, 2);
                    },
                    output,
                    2e-5);
        }
    }

    @Test
    void differentiatesOneOutputOfSeveral() {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable x = small.variable("x", 3, 2);
            SDVariable[] rows = small.graph.unstack(new String[] {"first", "second", "third"}, x, 0, 3);
            small.assertFollows(
                    values -> new double[] {values[0][2] * values[0][0], values[0][3] * values[0][1]},
                    rows[1].mul(rows[0]),
                    1e-6);
        }
    }

    @Test
    void keepsSeveralLossesOfOneGraphApart() {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable x = small.variable("x", new double[] {3}, 1);
            SDVariable y = small.variable("y", new double[] {5}, 1);
            SDVariable first = x.mul(y).sum();
            SDVariable second = x.mul(x).sum();
            Map<SDVariable, SDVariable> ofFirst = Gradients.of(first, List.of(x, y));
            Map<SDVariable, SDVariable> ofSecond = Gradients.of(second, List.of(x, y));
            Map<SDVariable, SDVariable> ofBoth = Gradients.of(first.add(second), List.of(x, y));
            assertArrayEquals(new float[] {5}, small.run(ofFirst.get(x)));
            assertArrayEquals(new float[] {3}, small.run(ofFirst.get(y)));
            assertArrayEquals(new float[] {6}, small.run(ofSecond.get(x)));
            assertArrayEquals(new float[] {11}, small.run(ofBoth.get(x)));
        }
    }

    @Test
    void leavesOutWhatTheLossDoesNotDependOn() {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable x = small.variable("x", 2);
            SDVariable unused = small.variable("unused", 2);
            Map<SDVariable, SDVariable> gradients = Gradients.of(x.mul(2).sum(), new ArrayList<>(List.of(unused, x)));
            assertEquals(List.of(x), List.copyOf(gradients.keySet()));
        }
    }

    @Test
    void addsNoBackwardOpForFrozenVariables() {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable x = small.floats("x", new float[6], 2, 3);
            SDVariable frozen = new DenseOp(x, small.variable("frozen", 3, 4)).output();
            SDVariable deeper =
                    new DenseOp(new GeluOp(Gelu.ERF, frozen).output(), small.variable("deeper", 4, 4)).output();
            SDVariable kernel = small.variable("kernel", 4, 1);
            SDVariable loss = new DenseOp(deeper, kernel).output().sum();
            List<String> forward = opsOf(small, loss);
            SDVariable gradient = Gradients.of(loss, List.of(kernel)).get(kernel);
            List<String> added = new ArrayList<>(opsOf(small, gradient));
            forward.forEach(added::remove);
            // The gradient of the sum, the loss' own gradient of 1, and one backward op of ours.
            assertEquals(1, added.stream().filter("DenseGradientOp"::equals).count(), added.toString());
            assertFalse(added.contains("GeluGradientOp"), added.toString());
            assertEquals(4, forward.stream().filter(name -> name.endsWith("Op")).count(), forward.toString());
        }
    }

    @ParameterizedTest
    @MethodSource("withoutGradient")
    void refusesOpsWithoutAGradientByName(UnaryOperator<SDVariable> expression) {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable x = small.variable("x", 2, 3);
            SDVariable result = expression.apply(x);
            String name = result.name();
            String message = assertThrows(
                            IllegalArgumentException.class, () -> Gradients.of(result.sum(), List.of(x)), name)
                    .getMessage();
            assertTrue(message.contains("gradient"), message);
            assertTrue(message.contains("Op "), message);
        }
    }

    static List<UnaryOperator<SDVariable>> withoutGradient() {
        return List.of(
                x -> x.getSameDiff().nn().dropout(x, 0.5),
                x -> x.getSameDiff().nn().dropoutInverted(x, 0.5),
                x -> x.getSameDiff().gatherNd(x, x.getSameDiff().constant(Nd4j.createFromArray(new int[][] {{0}}))),
                x -> x.getSameDiff().gather(x, new int[] {0, 0}, 0),
                x -> x.getSameDiff().gather(x, new int[] {0, 0}, 1));
    }

    @Test
    void passesNoGradientThroughAComparison() {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable x = small.variable("x", new double[] {-1, 2, 3}, 3);
            SDVariable positive = x.gt(0).castTo(DataType.FLOAT);
            SDVariable gradient =
                    Gradients.of(x.mul(positive).sum(), List.of(x)).get(x);
            assertArrayEquals(new float[] {0, 1, 1}, small.run(gradient));
        }
    }

    /** As where a model with shared layers reads two inputs: the same rows in another form, element by element. */
    @Test
    void keepsGradientsOfTablesAsTheRowsThatWereLookedUp() {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable table = small.variable("table", 9, 3);
            SDVariable first = new EmbeddingOp(small.ints("first", new int[] {7, 1, 7, 7, 3, 1}, 2, 3), table).output();
            SDVariable second = new EmbeddingOp(small.ints("second", new int[] {3, 8, 3}, 1, 3), table).output();
            SDVariable loss = small.graph
                    .math()
                    .tanh(first)
                    .sum()
                    .add(small.graph.math().square(second).sum());
            SDVariable whole = Gradients.of(loss, List.of(table)).get(table);
            Gradients.Parts parts = Gradients.parts(loss, List.of(table)).get(table);
            SDVariable indices = parts.indices().orElseThrow();
            assertArrayEquals(new float[] {1, 3, 7, 8}, small.run(indices));
            float[] expected = small.run(whole);
            float[] rows = small.run(parts.values());
            float[] spread = new float[expected.length];
            for (int i = 0; i < rows.length; i++) {
                spread[new int[] {1, 3, 7, 8}[i / 3] * 3 + i % 3] = rows[i];
            }
            assertArrayEquals(expected, spread);
            assertFalse(opsOf(small, parts.values()).contains("TableGradientOp"));
        }
    }

    /** Word embeddings that are also the kernel of a masked-word head. */
    @Test
    void addsUpLookupsAndOtherUsesOfATable() {
        try (SmallGraph small = new SmallGraph()) {
            SDVariable table = small.variable("table", 4, 3);
            int[] ids = {2, 0, 2};
            SDVariable x = new EmbeddingOp(small.ints("ids", ids, 3), table).output();
            SDVariable logits = new DenseOp(KernelLayout.OUT_IN, x, table).output();
            small.assertFollows(
                    values -> {
                        double[] product = new double[12];
                        for (int i = 0; i < 12; i++) {
                            for (int k = 0; k < 3; k++) {
                                product[i] += values[0][ids[i / 4] * 3 + k] * values[0][i % 4 * 3 + k];
                            }
                        }
                        return product;
                    },
                    logits,
                    2e-6);
            SDVariable loss = logits.sum();
            Gradients.Parts parts = Gradients.parts(loss, List.of(table)).get(table);
            assertTrue(parts.indices().isEmpty());
            assertArrayEquals(small.run(Gradients.of(loss, List.of(table)).get(table)), small.run(parts.values()));
        }
    }

    private static List<String> opsOf(SmallGraph small, SDVariable output) {
        return Plan.of(small.graph, List.of(output)).operations().stream()
                .map(operation -> operation.op().getOp().opName())
                .toList();
    }

    private static double[] multiply(double[] x, double[] kernel, int in, int out) {
        double[] y = new double[x.length / in * out];
        for (int i = 0; i < y.length; i++) {
            for (int k = 0; k < in; k++) {
                y[i] += x[i / out * in + k] * kernel[k * out + i % out];
            }
        }
        return y;
    }
}
