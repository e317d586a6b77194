package io.github.bert4j.models;

import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.ops.Gradients;
import io.github.bert4j.ops.Plan;
import io.github.bert4j.ops.Results;
import io.github.bert4j.ops.Step;
import io.github.bert4j.train.AllReduce;
import io.github.bert4j.train.Gradient;
import io.github.bert4j.train.LossTerm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The gradients of a loss in its graph, and what a run of a batch takes to compute them.
 *
 * <p>The denominators of the loss are fed rather than computed where the gradient is, so that they can be those of several
 * batches.
 *
 * @param denominators of the loss's terms, which depend on inputs and labels alone
 * @param fedDenominators placeholders for what the numerators are divided by
 * @param gradients of the weights that are trained
 * @param frozen weights that were not to be trained when the gradients were made
 * @param counting computes the denominators
 * @param training computes the gradients, and what is measured besides
 */
record LossGradients(
        Graph graph,
        List<SDVariable> denominators,
        List<SDVariable> fedDenominators,
        Map<Weight, Gradients.Parts> gradients,
        Set<Weight> frozen,
        Plan counting,
        Plan training) {

    /**
     * Adds the gradients of a loss to its graph.
     *
     * @param measured what a run computes besides
     * @throws IllegalArgumentException if the loss depends on no weight that is to be trained
     */
    static LossGradients of(Graph graph, List<LossTerm> terms, List<SDVariable> measured) {
        List<SDVariable> denominators =
                terms.stream().map(term -> term.denominator().variable()).toList();
        List<SDVariable> fed = new ArrayList<>();
        SDVariable loss = null;
        for (LossTerm term : terms) {
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
        return new LossGradients(graph, denominators, fed, gradients, frozen(graph), counting, training);
    }

    /** Whether weights were frozen or unfrozen since the gradients were made. */
    boolean isOutdated() {
        return !frozen(graph).equals(frozen);
    }

    /** The weights that are trained. */
    Set<Weight> weights() {
        return gradients.keySet();
    }

    /** Runs a batch; the number decides the dropout masks. */
    Results run(Map<String, INDArray> batch, Map<String, INDArray> divisors, long number) {
        Map<String, INDArray> arrays = new HashMap<>(batch);
        arrays.putAll(divisors);
        return graph.run(training, arrays, new Step(true, graph.seed(), number));
    }

    /** What the numerators of all workers' groups of batches are divided by. Where nothing counts, 1: 0 / 0 would be NaN. */
    Map<String, INDArray> divisors(List<Map<String, INDArray>> group, AllReduce worker) {
        double[] sums = new double[denominators.size()];
        for (Map<String, INDArray> batch : group) {
            try (Results results = graph.run(counting, batch, Step.inference())) {
                for (int i = 0; i < sums.length; i++) {
                    sums[i] += results.floats(denominators.get(i))[0];
                }
            }
        }
        worker.sum(sums);
        Map<String, INDArray> arrays = new HashMap<>();
        for (int i = 0; i < sums.length; i++) {
            float sum = sums[i] == 0 ? 1 : (float) sums[i];
            arrays.put(fedDenominators.get(i).name(), Nd4j.scalar(DataType.FLOAT, sum));
        }
        return arrays;
    }

    /** What a run has computed, valid until it is closed. */
    Map<Weight, Gradient> of(Results results) {
        Map<Weight, Gradient> arrays = new LinkedHashMap<>();
        weights().forEach(weight -> arrays.put(weight, of(weight, results)));
        return arrays;
    }

    Gradient of(Weight weight, Results results) {
        Gradients.Parts parts = gradients.get(weight);
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
