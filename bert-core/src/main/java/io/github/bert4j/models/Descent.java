package io.github.bert4j.models;

import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.ops.Gradients;
import io.github.bert4j.ops.Plan;
import io.github.bert4j.ops.PooledMemory;
import io.github.bert4j.ops.Results;
import io.github.bert4j.ops.Step;
import io.github.bert4j.train.AdversarialTraining;
import io.github.bert4j.train.Gradient;
import io.github.bert4j.train.GradientAccumulation;
import io.github.bert4j.train.LossTerm;
import io.github.bert4j.train.MovingAverage;
import io.github.bert4j.train.Optimizer;
import io.github.bert4j.train.RDrop;
import io.github.bert4j.train.Technique;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ObjIntConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Takes steps down the gradient of a loss.
 *
 * <p>The denominators of the loss are fed rather than computed where the gradient is, so that they can be those of several
 * batches.
 */
final class Descent {

    /** What is the same with any technique. */
    private record Core(
            Graph graph,
            Optimizer optimizer,
            List<LossTerm> terms,
            List<SDVariable> measured,
            List<SDVariable> denominators,
            List<SDVariable> fedDenominators,
            Map<Weight, Gradients.Parts> gradients,
            Set<Weight> frozen,
            Plan counting,
            Plan training) {}

    private final Core core;
    private final int batchesPerUpdate;
    private final boolean twice;
    private final AdversarialTraining adversary;
    private final MovingAverage average;
    private Averages averages;
    private Optimizer.Updater updater;
    private long step;
    private long batches;

    private Descent(Core core, List<Technique> techniques) {
        this.core = core;
        int together = 1;
        AdversarialTraining adversarial = null;
        MovingAverage moving = null;
        boolean passesTwice = false;
        Set<Class<?>> kinds = techniques.stream().map(Object::getClass).collect(Collectors.toSet());
        if (kinds.size() < techniques.size()) {
            throw new IllegalArgumentException("Techniques " + techniques + ": expected at most one of each kind");
        }
        for (Technique technique : techniques) {
            if (technique instanceof GradientAccumulation accumulation) {
                together = accumulation.batches();
            } else if (technique instanceof MovingAverage given) {
                moving = given;
            } else if (technique instanceof RDrop) {
                passesTwice = true;
            } else if (technique instanceof AdversarialTraining given) {
                adversarial = given;
                if (!core.gradients().containsKey(given.table())) {
                    throw new IllegalArgumentException(
                            "The table to perturb, %s, is frozen or the loss does not depend on it: expected a trained one"
                                    .formatted(given.table().name()));
                }
            }
        }
        this.batchesPerUpdate = together;
        this.adversary = adversarial;
        this.average = moving;
        this.twice = passesTwice;
    }

    /**
     * Adds the gradients of a loss to its graph.
     *
     * @param measured what a step computes besides
     */
    static Descent of(Graph graph, List<LossTerm> terms, List<SDVariable> measured, Optimizer optimizer) {
        return new Descent(core(graph, terms, terms, measured, optimizer), List.of());
    }

    /** @param trained the loss's terms and what techniques add to them */
    private static Core core(
            Graph graph, List<LossTerm> terms, List<LossTerm> trained, List<SDVariable> measured, Optimizer optimizer) {
        List<SDVariable> denominators =
                trained.stream().map(term -> term.denominator().variable()).toList();
        List<SDVariable> fed = new ArrayList<>();
        SDVariable loss = null;
        for (LossTerm term : trained) {
            SDVariable denominator =
                    graph.floats(graph.uniqueName("denominator")).variable();
            fed.add(denominator);
            SDVariable mean = term.numerator().variable().div(denominator);
            loss = loss == null ? mean : loss.add(mean);
        }
        List<Weight> trainable =
                graph.weights().stream().filter(Weight::isTrainable).toList();
        Map<SDVariable, Gradients.Parts> found =
                Gradients.parts(loss, trainable.stream().map(Weight::variable).toList());
        Map<Weight, Gradients.Parts> gradients = new LinkedHashMap<>();
        for (Weight weight : trainable) {
            if (found.containsKey(weight.variable())) {
                gradients.put(weight, found.get(weight.variable()));
            }
        }
        if (gradients.isEmpty()) {
            throw new IllegalArgumentException(
                    "The loss depends on no weight that is not frozen: there is nothing to train");
        }
        Plan training = Plan.of(
                graph.sameDiff(),
                Stream.concat(measured.stream(), gradients.values().stream().flatMap(Gradients.Parts::variables))
                        .toList());
        Plan counting = Plan.of(graph.sameDiff(), denominators);
        return new Core(
                graph, optimizer, terms, measured, denominators, fed, gradients, frozen(graph), counting, training);
    }

    /**
     * The same loss, lessened in another way.
     *
     * @param more terms that the techniques add to it
     */
    Descent with(List<Technique> techniques, List<LossTerm> more) {
        if (more.isEmpty() && !twice) {
            return new Descent(core, techniques);
        }
        List<LossTerm> trained =
                Stream.concat(core.terms().stream(), more.stream()).toList();
        return new Descent(core(core.graph(), core.terms(), trained, core.measured(), core.optimizer()), techniques);
    }

    /** Allocates what training needs and evaluating does not, where that is still to be done. */
    void start() {
        if (!frozen(core.graph()).equals(core.frozen())) {
            throw new IllegalStateException(
                    "Weights were frozen or unfrozen after the model was compiled: compile it again to train it so");
        }
        if (updater == null) {
            updater = core.optimizer().start(core.graph(), core.gradients().keySet());
            averages = average == null
                    ? null
                    : new Averages(average.decay(), core.gradients().keySet());
        }
    }

    /** Whether a batch has all its samples twice. */
    boolean takesBatchesTwice() {
        return twice;
    }

    int batchesPerUpdate() {
        return batchesPerUpdate;
    }

    /** Updates that so many batches make. */
    int updates(int count) {
        return (count + batchesPerUpdate - 1) / batchesPerUpdate;
    }

    /** The weights that are trained. */
    Set<Weight> weights() {
        return core.gradients().keySet();
    }

    /**
     * What training needs with batches of some size; nothing is trained.
     *
     * @param one arrays by placeholder of a batch of one sample
     * @param two those of the same sample twice
     */
    MemoryEstimate memory(Map<String, INDArray> one, Map<String, INDArray> two, int batchSize) {
        Map<String, INDArray> denominators = new HashMap<>();
        core.fedDenominators()
                .forEach(denominator -> denominators.put(denominator.name(), Nd4j.scalar(DataType.FLOAT, 1f)));
        one.putAll(denominators);
        two.putAll(denominators);
        Step phase = new Step(true, core.graph().seed(), batches);
        PooledMemory pooled = PooledMemory.of(core.training(), core.graph().kernels(), phase, one, two);
        long trained = bytes(weights().stream());
        long gradients = bytes(weights().stream()
                .filter(weight -> core.gradients().get(weight).indices().isEmpty()));
        long sums = batchesPerUpdate == 1 ? 0 : gradients;
        return MemoryEstimate.of(
                batchSize,
                bytes(core.graph().weights().stream()),
                gradients,
                core.optimizer().arraysPerWeight() * trained,
                sums + (average == null ? 0 : trained),
                MemoryEstimate.availableBytes(),
                pooled::bytes);
    }

    private static long bytes(Stream<Weight> weights) {
        return weights.mapToLong(weight -> weight.shape().elements()).sum() * Float.BYTES;
    }

    /** The rate of an update, from 0. */
    double learningRate(long update) {
        return core.optimizer().learningRate().at(update);
    }

    /** Updates done so far. */
    long updates() {
        return step;
    }

    /**
     * The optimizer's state, to be saved or written to.
     *
     * @throws IllegalStateException if there is more to keep than that: averages of weights
     */
    Map<String, INDArray> state() {
        start();
        if (averages != null) {
            throw new IllegalStateException(
                    "Training with averages of weights cannot be saved and taken up again: train without MovingAverage");
        }
        return updater.state();
    }

    /** Counts on from so many updates, each of as many batches as usual. */
    void goOnFrom(long updates) {
        step = updates;
        batches = updates * batchesPerUpdate;
    }

    /** Makes the averages the model's weights, if any are kept, until {@link #takeOwnWeights}. */
    void takeAverages() {
        if (averages != null) {
            averages.use(true);
        }
    }

    void takeOwnWeights() {
        if (averages != null) {
            averages.use(false);
        }
    }

    /**
     * Changes the weights once.
     *
     * @param group batches of one update: arrays by placeholder
     * @param measure is given each batch's results and its number in the group
     */
    void step(List<Map<String, INDArray>> group, ObjIntConsumer<Results> measure) {
        Map<String, INDArray> denominators = denominators(group);
        if (group.size() == 1) {
            try (Results results = run(group.get(0), denominators, 0, measure)) {
                update(gradients(results));
            }
        } else {
            try (GradientSums sums = new GradientSums(core.graph().kernels())) {
                for (int i = 0; i < group.size(); i++) {
                    try (Results results = run(group.get(i), denominators, i, measure)) {
                        sums.add(gradients(results));
                    }
                }
                update(sums.gradients());
            }
        }
        batches += group.size();
    }

    private void update(Map<Weight, Gradient> gradients) {
        updater.update(step, gradients);
        core.graph().weightsChanged();
        step++;
        if (averages != null) {
            averages.update();
        }
    }

    private Results run(
            Map<String, INDArray> batch,
            Map<String, INDArray> denominators,
            int index,
            ObjIntConsumer<Results> measure) {
        Map<String, INDArray> arrays = new HashMap<>(batch);
        arrays.putAll(denominators);
        Step phase = new Step(true, core.graph().seed(), batches + index);
        Results results = core.graph().run(core.training(), arrays, phase);
        boolean measured = false;
        try {
            measure.accept(results, index);
            measured = true;
        } finally {
            if (!measured) {
                results.close();
            }
        }
        if (adversary == null) {
            return results;
        }
        Perturbation perturbation;
        try (results) {
            perturbation =
                    new Perturbation(adversary.table(), gradient(adversary.table(), results), adversary.epsilon());
        }
        try {
            return core.graph().run(core.training(), arrays, phase);
        } finally {
            perturbation.undo();
        }
    }

    /** What the numerators of the group's batches are divided by. Where nothing counts, 1: 0 / 0 would be NaN. */
    private Map<String, INDArray> denominators(List<Map<String, INDArray>> group) {
        double[] sums = new double[core.denominators().size()];
        for (Map<String, INDArray> batch : group) {
            try (Results results = core.graph().run(core.counting(), batch, Step.inference())) {
                for (int i = 0; i < sums.length; i++) {
                    sums[i] += results.floats(core.denominators().get(i))[0];
                }
            }
        }
        Map<String, INDArray> arrays = new HashMap<>();
        for (int i = 0; i < sums.length; i++) {
            float sum = sums[i] == 0 ? 1 : (float) sums[i];
            arrays.put(core.fedDenominators().get(i).name(), Nd4j.scalar(DataType.FLOAT, sum));
        }
        return arrays;
    }

    private Map<Weight, Gradient> gradients(Results results) {
        Map<Weight, Gradient> arrays = new LinkedHashMap<>();
        core.gradients().keySet().forEach(weight -> arrays.put(weight, gradient(weight, results)));
        return arrays;
    }

    private Gradient gradient(Weight weight, Results results) {
        Gradients.Parts parts = core.gradients().get(weight);
        INDArray values = results.get(parts.values());
        return parts.indices()
                .map(results::get)
                .<Gradient>map(indices ->
                        new Gradient.Rows(indices, values, weight.shape().size(0)))
                .orElseGet(() -> new Gradient.Dense(values));
    }

    private static Set<Weight> frozen(Graph graph) {
        return graph.weights().stream().filter(weight -> !weight.isTrainable()).collect(Collectors.toUnmodifiableSet());
    }
}
