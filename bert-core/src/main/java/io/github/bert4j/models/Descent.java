package io.github.bert4j.models;

import io.github.bert4j.graph.Weight;
import io.github.bert4j.ops.PooledMemory;
import io.github.bert4j.ops.Results;
import io.github.bert4j.ops.Step;
import io.github.bert4j.train.AdversarialTraining;
import io.github.bert4j.train.AllReduce;
import io.github.bert4j.train.Checkpoints;
import io.github.bert4j.train.Gradient;
import io.github.bert4j.train.Optimizer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ObjIntConsumer;
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

    Optional<Checkpoints> checkpoints() {
        return techniques.checkpoints();
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

    private static long bytes(Stream<Weight> weights) {
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
        batches = updates * batchesPerUpdate();
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

    /** Counts an update of so many batches that was done before the state was saved. */
    void passOver(int count) {
        batches += count;
        step++;
    }

    /**
     * Changes the weights once.
     *
     * @param group this worker's batches of one update: arrays by placeholder
     * @param count batches of the update; a worker may have no share in the last one
     * @param measure is given each batch's results and its number in the group
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
        updater.update(step, gradients);
        loss.graph().weightsChanged();
        step++;
        if (averages != null) {
            averages.update();
        }
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
        Perturbation perturbation;
        try (results) {
            perturbation =
                    new Perturbation(adversary.table(), loss.of(adversary.table(), results), adversary.epsilon());
        }
        try {
            return loss.run(batch, divisors, number);
        } finally {
            perturbation.undo();
        }
    }
}
