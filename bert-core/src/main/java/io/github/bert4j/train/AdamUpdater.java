package io.github.bert4j.train;

import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.kernels.AdamStep;
import io.github.bert4j.kernels.Kernels;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * {@link Adam}, {@link AdamW} and {@link Lamb} at work.
 *
 * <p>Of a table whose gradient is {@link Gradient.Rows}, those rows are updated that have ever had one: a row's moments
 * go on moving it when it has none, but all others' moments are 0, and an update would leave them as they are. So the
 * result is that of dense gradients, at the cost of the rows in use. Weight decay moves every row.
 */
final class AdamUpdater implements Optimizer.Updater {
    /** Its moments. */
    static final int ARRAYS_PER_WEIGHT = 2;

    /**
     * What is kept of one weight.
     *
     * @param rateFactor what the learning rate is multiplied by
     * @param met rows of a table that have had a gradient
     */
    private record State(double rateFactor, INDArray firstMoment, INDArray secondMoment, BitSet met) {}

    private final Adam adam;
    private final double weightDecay;
    private final boolean layerAdaptation;
    private final Kernels kernels;
    private final Map<Weight, State> states = new HashMap<>();

    /** @param layerAdaptation as in {@link Lamb} */
    AdamUpdater(Adam adam, double weightDecay, boolean layerAdaptation, Graph graph, Iterable<Weight> weights) {
        this.adam = adam;
        this.weightDecay = weightDecay;
        this.layerAdaptation = layerAdaptation;
        this.kernels = graph.kernels();
        for (Weight weight : weights) {
            double rateFactor = rateFactor(weight);
            states.put(
                    weight,
                    new State(rateFactor, graph.zeros(weight.shape()), graph.zeros(weight.shape()), new BitSet()));
        }
    }

    /** @throws ArithmeticException if the norm to clip by is not a number; no weight has changed then */
    @Override
    public void update(long step, Map<Weight, Gradient> gradients) {
        double scheduled = adam.learningRate().at(step);
        double correction1 = 1 - Math.pow(adam.beta1(), step + 1);
        double correction2 = Math.sqrt(1 - Math.pow(adam.beta2(), step + 1));
        double factor = clipFactor(step, gradients);
        gradients.forEach((weight, gradient) -> {
            State state = states.get(weight);
            double learningRate = scheduled * state.rateFactor();
            boolean kernel = weight.role() == Weight.Role.KERNEL;
            double decay = kernel ? weightDecay : 0;
            INDArray parameter = weight.variable().getArr();
            double correction = correction2 / correction1;
            if (!layerAdaptation) {
                update(
                        numbers(learningRate * correction, adam.epsilon(), factor, learningRate * decay),
                        parameter,
                        gradient,
                        state);
                return;
            }
            // The paper corrects the root before it adds epsilon.
            AdamStep numbers = numbers(correction, adam.epsilon() * correction2, factor, 0);
            try (INDArray change = Nd4j.create(DataType.FLOAT, parameter.shape())) {
                update(numbers, change, gradient, state);
                addScaled(-decay, parameter, change);
                addScaled(learningRate * (kernel ? trustRatio(parameter, change) : 1), change, parameter);
            }
        });
    }

    /** The moments, named as in TensorFlow's checkpoints. */
    @Override
    public Map<String, INDArray> state() {
        Map<String, INDArray> arrays = new TreeMap<>();
        states.forEach((weight, state) -> {
            arrays.put(weight.name() + "/adam_m", state.firstMoment());
            arrays.put(weight.name() + "/adam_v", state.secondMoment());
        });
        return arrays;
    }

    @Override
    public void stateChanged() {
        states.values().forEach(state -> {
            state.met().clear();
            markRowsInUse(state.firstMoment(), state.met());
            markRowsInUse(state.secondMoment(), state.met());
        });
    }

    /** An update of a row whose moments are 0 would leave it as it is. */
    private static void markRowsInUse(INDArray moment, BitSet met) {
        int rows = Math.toIntExact(moment.size(0));
        int width = Math.toIntExact(moment.length() / rows);
        Nd4j.getAffinityManager().ensureLocation(moment, Location.HOST);
        FloatBuffer values = moment.data().asNioFloat();
        for (int row = 0; row < rows; row++) {
            for (int i = row * width; i < (row + 1) * width && !met.get(row); i++) {
                met.set(row, values.get(i) != 0);
            }
        }
    }

    private double rateFactor(Weight weight) {
        double factor = adam.rateFactors().of(weight);
        if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "The learning rate of %s is multiplied by %s: expected 0 or more".formatted(weight.name(), factor));
        }
        return factor;
    }

    private AdamStep numbers(double rate, double epsilon, double factor, double decay) {
        return new AdamStep(rate, adam.beta1(), adam.beta2(), epsilon, factor, decay);
    }

    private double trustRatio(INDArray parameter, INDArray change) {
        double ratio = Math.sqrt(kernels.sumOfSquares(parameter) / kernels.sumOfSquares(change));
        return ratio > 0 && ratio < Double.POSITIVE_INFINITY ? ratio : 1;
    }

    /** {@code y += a x}. */
    private static void addScaled(double a, INDArray x, INDArray y) {
        Nd4j.getBlasWrapper().level1().axpy(x.length(), a, x.reshape(x.length()), y.reshape(y.length()));
    }

    private void update(AdamStep numbers, INDArray parameter, Gradient gradient, State state) {
        if (gradient instanceof Gradient.Rows some) {
            int[] indices = some.indices().toIntVector();
            Arrays.stream(indices).forEach(state.met()::set);
            if (numbers.decay() != 0) {
                state.met().set(0, Math.toIntExact(some.tableRows()));
            }
            int[] rows = state.met().stream().toArray();
            int[] gradientRows = Arrays.stream(rows)
                    .map(row -> Math.max(-1, Arrays.binarySearch(indices, row)))
                    .toArray();
            kernels.adamOfRows(
                    numbers, parameter, rows, some.rows(), gradientRows, state.firstMoment(), state.secondMoment());
        } else {
            if (parameter.rank() == 2) {
                state.met().set(0, Math.toIntExact(parameter.size(0)));
            }
            kernels.adam(numbers, parameter, gradient.dense(), state.firstMoment(), state.secondMoment());
        }
    }

    private double clipFactor(long step, Map<Weight, Gradient> gradients) {
        if (adam.globalClipNorm() == Double.POSITIVE_INFINITY) {
            return 1;
        }
        double squares = 0;
        for (Gradient gradient : gradients.values()) {
            squares += kernels.sumOfSquares(gradient instanceof Gradient.Rows some ? some.rows() : gradient.dense());
        }
        double norm = Math.sqrt(squares);
        if (!Double.isFinite(norm)) {
            throw new ArithmeticException(
                    "The norm of all gradients in step %d is %s, which nothing can be clipped by; the weights are those of the step before. Is a label or an input not a number, or the learning rate too high?"
                            .formatted(step, norm));
        }
        return Math.min(1, adam.globalClipNorm() / norm);
    }
}
