package io.github.bert4j.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.kernels.Kernels;
import io.github.bert4j.kernels.PortableKernels;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDIndex;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Sessions, plans and the pool of buffers; arrays here are large enough to be pooled. */
class SessionTest {
    private static final int ROWS = 100;
    private static final int COLUMNS = 60;

    private final SameDiff graph = SameDiff.create();
    private final Session session = new Session(graph, new PortableKernels());
    private final SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, COLUMNS);

    @AfterEach
    void close() {
        session.close();
    }

    @Test
    void runsOnlyWhatTheOutputsNeed() {
        SDVariable other = graph.placeHolder("other", DataType.FLOAT, -1, COLUMNS);
        SDVariable doubled = gelu(x.mul(2));
        SDVariable unrelated = gelu(other).add(doubled);
        Plan plan = Plan.of(graph, List.of(doubled));
        assertEquals(2, plan.operations().size());
        assertEquals(Set.of("x"), plan.inputs());
        assertTrue(plan.reads(x));
        assertEquals(Set.of("x", "other"), Plan.of(graph, List.of(unrelated)).inputs());
    }

    @Test
    void namesAMissingInput() {
        Plan plan = Plan.of(graph, List.of(gelu(x)));
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> session.run(plan, Map.of("y", values(1)), Step.inference()))
                .getMessage();
        assertTrue(message.startsWith("Input \"x\" is missing: expected [x], received [y]"), message);
    }

    @Test
    void startsFromVariablesInsideTheGraphThatAreFed() {
        SDVariable inside = gelu(x);
        SDVariable doubled = inside.mul(2);
        Plan plan = Plan.of(graph, List.of(inside, doubled, inside.add(x)), List.of(inside));
        assertEquals(Set.of(inside.name(), "x"), plan.inputs());
        INDArray ones = Nd4j.ones(DataType.FLOAT, 1, COLUMNS);
        for (int run = 0; run < 2; run++) {
            try (Results results =
                    session.run(plan, Map.of(inside.name(), ones.mul(5), "x", ones.mul(3)), Step.inference())) {
                assertEquals(5, results.get(inside).getFloat(0, 7));
                assertEquals(10, results.get(doubled).getFloat(0, 7));
            }
        }
        assertEquals(
                Set.of(inside.name()),
                Plan.of(graph, List.of(doubled), List.of(inside)).inputs());
        assertThrows(IllegalArgumentException.class, () -> session.run(plan, Map.of("x", ones), Step.inference()));
    }

    @Test
    void refusesAPlanOfAnotherGraph() {
        SameDiff another = SameDiff.create();
        Plan plan = Plan.of(another, List.of(another.placeHolder("x", DataType.FLOAT, 1)));
        assertThrows(IllegalArgumentException.class, () -> session.run(plan, Map.of(), Step.inference()));
    }

    @Test
    void refusesControlFlow() {
        SDVariable[] branches = graph.switchOp(x, graph.constant(true));
        String message = assertThrows(IllegalArgumentException.class, () -> Plan.of(graph, List.of(branches[0])))
                .getMessage();
        assertTrue(message.contains("is control flow (switch)"), message);
    }

    @Test
    void refusesToReadClosedResultsAndWhatIsNoOutput() {
        SDVariable y = gelu(x);
        SDVariable z = gelu(y);
        Results results = session.run(Plan.of(graph, List.of(z)), Map.of("x", values(1)), Step.inference());
        assertThrows(IllegalArgumentException.class, () -> results.get(y));
        results.close();
        assertThrows(IllegalStateException.class, () -> results.get(z));
    }

    /** Inputs are fed fresh each time, so only the session's own buffers are counted. */
    @ParameterizedTest
    @MethodSource("graphs")
    void makesNoBuffersAfterTheFirstRun(UnaryOperator<SDVariable> expression) {
        SDVariable output = expression.apply(gelu(x));
        Plan plan = Plan.of(graph, List.of(output));
        run(plan, output, 1);
        int buffers = session.buffers();
        assertTrue(buffers > 0);
        for (int i = 0; i < 3; i++) {
            run(plan, output, i);
        }
        assertEquals(buffers, session.buffers());
    }

    /** Stock ops that may hand on or view their input, each between ops that claim buffers. */
    static List<UnaryOperator<SDVariable>> graphs() {
        return List.of(
                y -> tanh(identity(y)),
                y -> identity(identity(y)),
                y -> tanh(identity(tanh(y))).add(tanh(y)),
                y -> tanh(y.reshape(COLUMNS, -1)),
                y -> tanh(y.permute(1, 0)),
                y -> tanh(y.permute(1, 0)).permute(1, 0),
                y -> tanh(y.getSameDiff().transpose(y)),
                y -> tanh(y.getSameDiff().expandDims(y, 0)).add(tanh(y)),
                y -> tanh(y.getSameDiff().squeeze(y.getSameDiff().expandDims(y, 1), 1)),
                y -> tanh(y.getSameDiff().slice(y, new int[] {10, 0}, 80, COLUMNS)),
                y -> tanh(y.getSameDiff().unstack(tanh(y), 1, COLUMNS)[3]),
                y -> tanh(y.get(SDIndex.interval(10, 90), SDIndex.all())),
                y -> tanh(y.getView(SDIndex.interval(10, 90), SDIndex.all())),
                y -> tanh(y.castTo(DataType.FLOAT)),
                y -> y.getSameDiff().concat(0, y, tanh(y), y));
    }

    /** The same graph run by SameDiff itself, which shares no buffers, is the reference. */
    @ParameterizedTest
    @MethodSource("graphs")
    void keepsValuesWhereOpsShareMemory(UnaryOperator<SDVariable> expression) {
        SDVariable y = tanh(x);
        SDVariable shared = expression.apply(y);
        // Ops that claim free buffers between the sharing and its last reader.
        SDVariable busy = tanh(tanh(tanh(x.mul(3)).mul(5)).mul(7));
        SDVariable late = tanh(shared);
        SDVariable again = y.add(busy);
        List<SDVariable> outputs = List.of(shared, late, again);
        Map<String, INDArray> expected = graph.output(
                Map.of("x", values(3)), outputs.stream().map(SDVariable::name).toList());
        SDVariable ours = gelu(shared);
        for (int i = 0; i < 3; i++) {
            try (Results results = run(graph, List.of(shared, late, again, ours), 3)) {
                for (SDVariable output : outputs) {
                    assertArrayEquals(GraphOp.floats(expected.get(output.name())), results.floats(output));
                }
                assertArrayEquals(gelu(expected.get(shared.name())), results.floats(ours), 1e-6f);
            }
        }
    }

    @Test
    void handsArraysFromOpToOpWithoutACopy() {
        Recorder first = new Recorder(x);
        Recorder second = new Recorder(first.output());
        SDVariable output = second.output();
        try (Results results = run(graph, List.of(output), 1)) {
            assertSame(first.written, second.read);
            assertArrayEquals(new long[] {ROWS, COLUMNS}, results.get(output).shape());
        }
    }

    private static final class Recorder extends GraphOp {
        private INDArray read;
        private INDArray written;

        Recorder(SDVariable input) {
            super(input);
        }

        @Override
        long[][] outputShapes(INDArray[] inputs) {
            return new long[][] {inputs[0].shape()};
        }

        @Override
        void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
            read = inputs[0];
            written = outputs[0];
            written.assign(read);
        }
    }

    @Test
    void keepsResultsUntilTheyAreClosed() {
        SDVariable output = gelu(gelu(x));
        Plan plan = Plan.of(graph, List.of(output));
        try (Results first = session.run(plan, Map.of("x", values(1)), Step.inference())) {
            float[] before = first.floats(output);
            for (int i = 2; i < 5; i++) {
                run(plan, output, i);
            }
            assertArrayEquals(before, first.floats(output));
        }
    }

    @Test
    void keepsAnOutputThatLaterOpsRead() {
        SDVariable y = gelu(x);
        SDVariable z = gelu(gelu(gelu(y)));
        try (Results together = run(graph, List.of(y, z, y), 1)) {
            assertArrayEquals(gelu(values(1)), together.floats(y), 1e-6f);
            assertArrayEquals(gelu(gelu(gelu(gelu(values(1))))), together.floats(z), 1e-6f);
        }
    }

    @Test
    void readsAnArrayTwiceInOneOpAndInTwo() {
        SDVariable y = gelu(x);
        SDVariable product = y.mul(y);
        SDVariable output = product.add(product).add(y);
        try (Results results = run(graph, List.of(output), 2)) {
            float[] g = gelu(values(2));
            float[] expected = new float[g.length];
            for (int i = 0; i < g.length; i++) {
                expected[i] = 2 * g[i] * g[i] + g[i];
            }
            assertArrayEquals(expected, results.floats(output), 1e-5f);
        }
    }

    @Test
    void handsOutPlaceholdersWeightsAndTheirAliases() {
        SDVariable weight = graph.var("weight", values(5));
        SDVariable alias = identity(weight);
        SDVariable input = identity(x);
        for (int i = 0; i < 3; i++) {
            try (Results results = run(graph, List.of(x, weight, alias, input, gelu(input)), 1)) {
                assertEquals(values(1), results.get(x));
                assertEquals(values(5), results.get(weight));
                assertEquals(values(5), results.get(alias));
                assertEquals(values(1), results.get(input));
            }
        }
        assertEquals(values(5), weight.getArr());
    }

    @Test
    void takesInputsThatAreViewsOrTransposed() {
        SDVariable y = gelu(x);
        INDArray columns = Nd4j.rand(DataType.FLOAT, ROWS, 2 * COLUMNS)
                .get(NDArrayIndex.all(), NDArrayIndex.interval(7, 7 + COLUMNS));
        INDArray rows = Nd4j.rand(DataType.FLOAT, 2 * ROWS, COLUMNS)
                .get(NDArrayIndex.interval(7, 7 + ROWS), NDArrayIndex.all());
        INDArray transposed = Nd4j.rand(DataType.FLOAT, COLUMNS, ROWS).transpose();
        INDArray fortran = values(1).dup('f');
        for (INDArray input : List.of(columns, rows, transposed, fortran)) {
            try (Results results = session.run(Plan.of(graph, List.of(y)), Map.of("x", input), Step.inference())) {
                assertArrayEquals(gelu(input), results.floats(y), 1e-6f);
            }
        }
    }

    @Test
    void growsAndShrinksWithTheBatch() {
        SDVariable output = gelu(gelu(x).mul(2));
        Plan plan = Plan.of(graph, List.of(output));
        for (int rows : new int[] {100, 70, 300, 1, 100}) {
            INDArray input = Nd4j.rand(DataType.FLOAT, rows, COLUMNS);
            try (Results results = session.run(plan, Map.of("x", input), Step.inference())) {
                assertArrayEquals(
                        new long[] {rows, COLUMNS}, results.get(output).shape());
                assertArrayEquals(gelu(Nd4j.createFromArray(gelu(input)).mul(2)), results.floats(output), 1e-5f);
            }
        }
    }

    /** Arrays of several widths, whose sizes overlap where batches differ, and one whose size is fixed. */
    @Test
    void needsNoMoreThanTheLargestBatchWhateverCameBefore() {
        SDVariable narrow = tanh(gelu(x));
        SDVariable wide = gelu(graph.concat(1, narrow, narrow, narrow));
        SDVariable fixed = gelu(graph.mmul(tanh(narrow), narrow, true, false, false))
                .add(graph.mmul(wide, x, true, false, false).get(SDIndex.interval(0, COLUMNS), SDIndex.all()));
        SDVariable output = graph.concat(0, wide, graph.concat(1, fixed, fixed, fixed));
        Plan plan = Plan.of(graph, List.of(output));
        long needed;
        try (Session one = new Session(graph, new PortableKernels())) {
            one.run(plan, Map.of("x", Nd4j.rand(DataType.FLOAT, 800, COLUMNS)), Step.inference())
                    .close();
            needed = one.used();
        }
        Random random = new Random(1);
        for (int i = 0; i < 60; i++) {
            INDArray input = Nd4j.rand(DataType.FLOAT, i == 40 ? 800 : 70 + random.nextInt(731), COLUMNS);
            session.run(plan, Map.of("x", input), Step.inference()).close();
        }
        assertTrue(session.used() <= 1.15 * needed, session.used() + " floats instead of " + needed);
    }

    @Test
    void losesNoBuffersToARunThatFails() {
        SDVariable positions = graph.placeHolder("positions", DataType.INT32, -1);
        SDVariable output = new EmbeddingOp(positions, gelu(gelu(x))).output();
        Plan plan = Plan.of(graph, List.of(output));
        INDArray wrong = Nd4j.createFromArray(new int[ROWS]).addi(ROWS);
        int buffers = 0;
        for (int i = 0; i < 5; i++) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> session.run(plan, Map.of("x", values(1), "positions", wrong), Step.inference()));
            buffers = i == 0 ? session.buffers() : buffers;
        }
        assertEquals(buffers, session.buffers());
    }

    /** Too small for a slot; the input, which the identity hands on, is the caller's. */
    @Test
    void freesSmallArraysAtOnceAndInputsNever() {
        SDVariable small = graph.placeHolder("small", DataType.FLOAT, -1);
        SDVariable same = graph.identity(small);
        SDVariable sum = same.add(1);
        Plan plan = Plan.of(graph, List.of(same, sum));
        INDArray input = Nd4j.createFromArray(1f, 2f);
        Results results = session.run(plan, Map.of("small", input), Step.inference());
        INDArray added = results.get(sum);
        assertArrayEquals(new float[] {2, 3}, results.floats(sum));
        results.close();
        assertTrue(added.wasClosed());
        assertArrayEquals(new float[] {1, 2}, input.toFloatVector());
    }

    private void run(Plan plan, SDVariable output, int seed) {
        try (Results results = session.run(plan, Map.of("x", values(seed)), Step.inference())) {
            assertTrue(results.get(output).length() > 0);
        }
    }

    private Results run(SameDiff of, List<SDVariable> outputs, int seed) {
        return session.run(Plan.of(of, outputs), Map.of("x", values(seed)), Step.inference());
    }

    private static SDVariable tanh(SDVariable variable) {
        return variable.getSameDiff().math().tanh(variable);
    }

    private static SDVariable gelu(SDVariable variable) {
        return new GeluOp(Gelu.TANH, variable).output();
    }

    private static float[] gelu(float[] values) {
        float[] results = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            double v = values[i];
            results[i] = (float) (0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v))));
        }
        return results;
    }

    private static float[] gelu(INDArray values) {
        return gelu(GraphOp.floats(values));
    }

    private static SDVariable identity(SDVariable variable) {
        return variable.getSameDiff().identity(variable);
    }

    private static INDArray values(int seed) {
        float[] values = new float[ROWS * COLUMNS];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(seed + i);
        }
        return Nd4j.createFromArray(values).reshape(ROWS, COLUMNS);
    }
}
