package io.github.bert4j.models;

import io.github.bert4j.graph.Weight;
import io.github.bert4j.ops.PooledMemory;
import io.github.bert4j.ops.Results;
import io.github.bert4j.ops.Step;
import io.github.bert4j.train.AdversarialTraining;
import io.github.bert4j.train.AllReduce;
import io.github.bert4j.train.Gradient;
import io.github.bert4j.train.OnNonFinite;
import io.github.bert4j.train.Optimizer;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ObjIntConsumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Takes steps down the gradient of a loss, by an optimizer and some techniques. */
final class Descent {

    private final LossGradients loss;
    private final Optimizer optimizer;
    private final Techniques techniques;
    private final GradientExchange exchange;
    private Averages averages;
    private Optimizer.Updater updater;
    private long step;
    private long batches;

    /** @throws IllegalArgumentException if a technique needs a weight that is not trained */
    Descent(LossGradients loss, Optimizer optimizer, Techniques techniques) {
        this.loss = loss;
        this.optimizer = optimizer;
        this.techniques = techniques;
        this.exchange = new GradientExchange(loss, techniques.worker());
        techniques.adversary().map(AdversarialTraining::table).ifPresent(table -> {
            if (!loss.weights().contains(table)) {
                throw new IllegalArgumentException(
                        "The table to perturb, %s, is frozen or the loss does not depend on it: expected a trained one"
                                .formatted(table.name()));
            }
        });
    }

    /** Allocates what training needs and evaluating does not, where that is still to be done. */
    void start() {
        if (loss.isOutdated()) {
            throw new IllegalStateException(
                    "Weights were frozen or unfrozen after the model was compiled: compile it again to train it so");
        }
        if (updater == null) {
            updater = optimizer.start(loss.graph(), loss.weights());
            averages = techniques
                    .average()
                    .map(average -> new Averages(average.decay(), loss.weights()))
                    .orElse(null);
        }
    }

    /** This one of the workers that train together. */
    AllReduce worker() {
        return techniques.worker();
    }

    /** @throws IllegalStateException if workers that train together do not start from the same weights */
    void requireSameStart() {
        if (worker().workers() > 1) {
            exchange.requireSameStart(step);
        }
    }

    /** Whether a batch has all its samples twice. */
    boolean takesBatchesTwice() {
        return techniques.rDrop().isPresent();
    }

    int batchesPerUpdate() {
        return techniques.batchesPerUpdate();
    }

    /** Updates that so many batches make. */
    int updates(int count) {
        return (count + batchesPerUpdate() - 1) / batchesPerUpdate();
    }

    /** The weights that are trained. */
    Set<Weight> weights() {
        return loss.weights();
    }

    /**
     * What training needs with batches of some size; nothing is trained.
     *
     * @param one arrays by placeholder of a batch of one sample
     * @param two those of the same sample twice
     */
    MemoryEstimate memory(Map<String, INDArray> one, Map<String, INDArray> two, int batchSize) {
        Map<String, INDArray> denominators = new HashMap<>();
        loss.fedDenominators()
                .forEach(denominator -> denominators.put(denominator.name(), Nd4j.scalar(DataType.FLOAT, 1f)));
        one.putAll(denominators);
        two.putAll(denominators);
        Step phase = new Step(true, loss.graph().seed(), batches);
        PooledMemory pooled = PooledMemory.of(loss.training(), loss.graph().kernels(), phase, one, two);
        long trained = bytes(weights().stream());
        long gradients = bytes(weights().stream()
                .filter(weight -> loss.gradients().get(weight).indices().isEmpty()));
        long sums = batchesPerUpdate() == 1 && worker().workers() == 1 ? 0 : gradients;
        return MemoryEstimate.of(
                batchSize,
                bytes(loss.graph().weights().stream()),
                gradients,
                optimizer.arraysPerWeight() * trained,
                sums + (techniques.average().isPresent() ? trained : 0),
                MemoryEstimate.availableBytes(),
                pooled::bytes);
    }

    static long bytes(Stream<Weight> weights) {
        return weights.mapToLong(weight -> weight.shape().elements()).sum() * Float.BYTES;
    }

    /** The rate of an update, from 0. */
    double learningRate(long update) {
        return optimizer.learningRate().at(update);
    }

    /** Updates done so far. */
    long updates() {
        return step;
    }

    /**
     * What training goes on from besides the graph's weights, to be saved or written to: the optimizer's state, and averages
     * of weights. The weights are the trained ones until {@link #takeAverages}.
     */
    Map<String, INDArray> state() {
        start();
        takeOwnWeights();
        Map<String, INDArray> state = new TreeMap<>(updater.state());
        if (averages != null) {
            averages.arrays().forEach((weight, array) -> state.put(weight.name() + "/average", array));
        }
        return state;
    }

    /** Batches taken so far; they decide the dropout masks. */
    long batches() {
        return batches;
    }

    /** Goes on from values that were written into {@link #state}. */
    void goOnFrom(long updates, long batchesTaken) {
        updater.stateChanged();
        step = updates;
        batches = batchesTaken;
    }

    /** See {@link io.github.bert4j.graph.Graph#freeIdleMemory}. */
    void freeIdleMemory() {
        loss.graph().freeIdleMemory();
    }

    /** Leaves out batches without an update. */
    void skip(int count) {
        batches += count;
    }

    OnNonFinite onNonFinite() {
        return techniques.onNonFinite();
    }

    /** What training goes on with the same of only, by what it is about. */
    Map<String, String> settings(long updates) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("seed", Long.toString(loss.graph().seed()));
        settings.put("precision", loss.graph().kernels().precision().toString());
        settings.put("optimizer", optimizer.settings(loss.weights()));
        settings.put("techniques", techniques.settings());
        DoubleSummaryStatistics rates =
                LongStream.range(0, updates).mapToDouble(this::learningRate).summaryStatistics();
        settings.put(
                "learning rates",
                "from %s over %s to %s, %s on average"
                        .formatted(learningRate(0), rates.getMax(), learningRate(updates - 1), rates.getAverage()));
        String frozen = loss.frozen().stream().map(Weight::name).sorted().collect(Collectors.joining(","));
        settings.put("frozen weights", "%d (%08x)".formatted(loss.frozen().size(), frozen.hashCode()));
        return settings;
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
     * @param group this worker's batches of one update: arrays by placeholder
     * @param count batches of the update; a worker may have no share in the last one
     * @param measure is given each batch's results and its number in the group; what it throws keeps the weights as they are
     * @throws NonFinite if the gradients are not finite; nothing has changed then
     */
    void step(List<Map<String, INDArray>> group, int count, ObjIntConsumer<Results> measure) {
        Map<String, INDArray> divisors = loss.divisors(group, worker());
        if (group.size() == 1 && worker().workers() == 1) {
            try (Results results = run(group.get(0), divisors, 0, measure)) {
                update(loss.of(results));
            }
        } else {
            try (GradientSums sums = new GradientSums(loss.graph().kernels())) {
                for (int i = 0; i < group.size(); i++) {
                    try (Results results = run(group.get(i), divisors, i, measure)) {
                        sums.add(loss.of(results));
                    }
                }
                if (worker().workers() > 1) {
                    exchange.complete(sums);
                }
                update(sums.gradients());
            }
        }
        batches += count;
    }

    private void update(Map<Weight, Gradient> gradients) {
        requireFinite(gradients);
        loss.graph().changing(() -> {
            updater.update(step, gradients);
            loss.graph().weightsChanged();
            return null;
        });
        step++;
        if (averages != null) {
            averages.update();
        }
    }

    private void requireFinite(Map<Weight, Gradient> gradients) {
        gradients.forEach((weight, gradient) -> {
            double squares = loss.graph()
                    .kernels()
                    .sumOfSquares(gradient instanceof Gradient.Rows some ? some.rows() : gradient.dense());
            if (!Double.isFinite(squares)) {
                throw new NonFinite(
                        "The norm of the gradient of %s is %s".formatted(weight.name(), Math.sqrt(squares)));
            }
        });
    }

    private Results run(
            Map<String, INDArray> batch, Map<String, INDArray> divisors, int index, ObjIntConsumer<Results> measure) {
        long number = (batches + index) * worker().workers() + worker().rank();
        Results results = loss.run(batch, divisors, number);
        boolean measured = false;
        try {
            measure.accept(results, index);
            measured = true;
        } finally {
            if (!measured) {
                results.close();
            }
        }
        if (techniques.adversary().isEmpty()) {
            return results;
        }
        AdversarialTraining adversary = techniques.adversary().get();
        try (results) {
            // Nobody else is to predict by a table that is moved.
            return loss.graph().changing(() -> {
                Perturbation perturbation =
                        new Perturbation(adversary.table(), loss.of(adversary.table(), results), adversary.epsilon());
                results.close();
                try {
                    return loss.run(batch, divisors, number);
                } finally {
                    perturbation.undo();
                }
            });
        }
    }
}
