package io.github.bert4j.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bert4j.ops.Gradients;
import io.github.bert4j.ops.Plan;
import io.github.bert4j.ops.Results;
import io.github.bert4j.ops.Step;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Compares gradients with differences of a weighted sum of a tensor's elements. */
public final class NumericGradient {
    private static final float STEP = 1e-2f;

    private final Graph graph;
    private final Map<String, INDArray> inputs = new HashMap<>();

    /** @param graph whose weights are moved */
    public NumericGradient(Graph graph) {
        this.graph = graph;
    }

    /** What a placeholder is given. */
    public NumericGradient with(Tensor input, INDArray array) {
        inputs.put(input.name(), array);
        return this;
    }

    /** The values of a tensor. */
    public float[] values(Tensor tensor) {
        return run(tensor.variable());
    }

    /** Fails if a weight's gradient of Σ c · y differs from a central difference, c being 1, -0.5, 0.7, 1, … */
    public void check(Tensor y, double tolerance) {
        int count = run(y.variable()).length;
        float[] factors = factors(count);
        long[] shape = shape(y.variable());
        SDVariable constant =
                graph.sameDiff().constant(Nd4j.createFromArray(factors).reshape(shape));
        SDVariable loss = y.variable().mul(constant).sum();
        List<Weight> weights = List.copyOf(graph.weights());
        Map<SDVariable, SDVariable> gradients =
                Gradients.of(loss, weights.stream().map(Weight::variable).toList());
        for (Weight weight : weights) {
            SDVariable gradient = gradients.get(weight.variable());
            if (gradient == null) {
                continue;
            }
            float[] computed = run(gradient);
            float[] values = weight.values();
            for (int i = 0; i < values.length; i++) {
                double difference =
                        (moved(weight, values, i, STEP, loss) - moved(weight, values, i, -STEP, loss)) / (2 * STEP);
                assertEquals(difference, computed[i], tolerance * (1 + Math.abs(difference)), weight.name() + " " + i);
            }
            weight.assign(values);
        }
    }

    private double moved(Weight weight, float[] values, int place, float step, SDVariable loss) {
        float[] changed = values.clone();
        changed[place] += step;
        weight.assign(changed);
        return run(loss)[0];
    }

    private static float[] factors(int count) {
        float[] some = {1, -0.5f, 0.7f};
        float[] factors = new float[count];
        for (int i = 0; i < count; i++) {
            factors[i] = some[i % some.length] + 0.01f * i;
        }
        return factors;
    }

    private float[] run(SDVariable variable) {
        try (Results results = graph.run(Plan.of(graph.sameDiff(), List.of(variable)), inputs, Step.inference())) {
            return results.get(variable).castTo(DataType.FLOAT).dup('c').data().getFloatsAt(0, (int)
                    results.get(variable).length());
        }
    }

    private long[] shape(SDVariable variable) {
        try (Results results = graph.run(Plan.of(graph.sameDiff(), List.of(variable)), inputs, Step.inference())) {
            return results.get(variable).shape().clone();
        }
    }
}
