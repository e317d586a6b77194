package io.github.bert4j.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.kernels.PortableKernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A graph of a few ops, held to a formula in plain Java doubles: values directly, gradients by central differences. */
final class SmallGraph implements AutoCloseable {
    private static final double DELTA = 1e-5;

    /** Computes what an op should, from the values of the graph's variables in the order they were made. */
    interface Formula {
        double[] apply(double[]... variables);
    }

    final SameDiff graph = SameDiff.create();
    final Map<String, INDArray> inputs = new HashMap<>();
    private final Map<SDVariable, double[]> variables = new LinkedHashMap<>();
    private final Session session = new Session(graph, new PortableKernels());

    /** A trainable variable. */
    SDVariable variable(String name, double[] values, long... shape) {
        float[] floats = new float[values.length];
        double[] exact = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
            exact[i] = floats[i];
        }
        SDVariable variable =
                graph.var(name, Nd4j.createFromArray(floats).reshape(shape).dup());
        variables.put(variable, exact);
        return variable;
    }

    /** A trainable variable of reproducible numbers, most of them within ±2. */
    SDVariable variable(String name, long... shape) {
        return variable(name, random(name.hashCode(), shape), shape);
    }

    SDVariable ints(String name, int[] values, long... shape) {
        inputs.put(name, Nd4j.createFromArray(values).reshape(shape));
        return graph.placeHolder(name, DataType.INT32, shape);
    }

    SDVariable floats(String name, float[] values, long... shape) {
        inputs.put(name, Nd4j.createFromArray(values).reshape(shape));
        return graph.placeHolder(name, DataType.FLOAT, shape);
    }

    float[] run(SDVariable output) {
        return run(output, Step.inference());
    }

    float[] run(SDVariable output, Step step) {
        try (Results results = session.run(Plan.of(graph, List.of(output)), inputs, step)) {
            return results.floats(output);
        }
    }

    long[] shape(SDVariable output) {
        try (Results results = session.run(Plan.of(graph, List.of(output)), inputs, Step.inference())) {
            return results.get(output).shape();
        }
    }

    void assertFollows(Formula formula, SDVariable output, double tolerance) {
        assertFollows(formula, output, Step.inference(), tolerance);
    }

    /**
     * Holds an output, and the gradient of a random combination of its elements in every variable, to a formula.
     *
     * @param tolerance of values from -1 to 1; larger ones may be off in proportion
     */
    void assertFollows(Formula formula, SDVariable output, Step step, double tolerance) {
        double[][] values = variables.values().toArray(double[][]::new);
        double[] expected = formula.apply(values);
        assertClose(expected, run(output, step), tolerance, output.name());

        float[] factors = new float[expected.length];
        double[] random = random(7, expected.length);
        for (int i = 0; i < factors.length; i++) {
            factors[i] = (float) random[i];
        }
        SDVariable weights = graph.constant(
                Nd4j.createFromArray(factors).reshape(shape(output)).dup());
        SDVariable loss = output.mul(weights).sum();
        Map<SDVariable, SDVariable> gradients = Gradients.of(loss, variables.keySet());
        List<SDVariable> wanted = new ArrayList<>(gradients.values());
        try (Results results = session.run(Plan.of(graph, wanted), inputs, step)) {
            int index = 0;
            for (SDVariable variable : variables.keySet()) {
                assertTrue(gradients.containsKey(variable), "no gradient of " + variable.name());
                INDArray gradient = results.get(gradients.get(variable));
                assertArrayEquals(variable.getArr().shape(), gradient.shape(), variable.name());
                assertClose(
                        differences(formula, values, index++, factors),
                        GraphOp.floats(gradient),
                        5 * tolerance,
                        "gradient of " + variable.name());
            }
        }
    }

    private static double[] differences(Formula formula, double[][] values, int variable, float[] factors) {
        double[] gradient = new double[values[variable].length];
        for (int i = 0; i < gradient.length; i++) {
            double[][] moved = values.clone();
            moved[variable] = values[variable].clone();
            moved[variable][i] += DELTA;
            double above = combine(formula.apply(moved), factors);
            moved[variable][i] -= 2 * DELTA;
            gradient[i] = (above - combine(formula.apply(moved), factors)) / (2 * DELTA);
        }
        return gradient;
    }

    private static double combine(double[] values, float[] factors) {
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += values[i] * factors[i];
        }
        return sum;
    }

    static void assertClose(double[] expected, float[] actual, double tolerance, String what) {
        assertEquals(expected.length, actual.length, what);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], tolerance * Math.max(1, Math.abs(expected[i])), what + " [" + i + "]");
        }
    }

    static double[] random(long seed, long... shape) {
        int count = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        return new Random(seed).doubles(count, -2, 2).toArray();
    }

    @Override
    public void close() {
        session.close();
    }
}
