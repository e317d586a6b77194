package io.github.bert4j.train;

import io.github.bert4j.graph.Weight;
import io.github.bert4j.train.Callback.EpochEnd;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a callback has to remember to go on after an interruption as if there had been none; see {@link Checkpoints}.
 *
 * @param what the callback and its settings, in a few words; training goes on with the same ones only
 * @param numbers by name
 * @param weights values of weights as they were at some time; whoever is given them copies them
 */
public record CallbackState(String what, Map<String, Double> numbers, Map<Weight, INDArray> weights) {
    /** Of a callback that remembers nothing. */
    public static final CallbackState NONE = new CallbackState("", Map.of(), Map.of());

    private static final String NUMBER = "epoch";
    private static final String RATE = "learning rate";
    private static final String METRIC = "metric ";

    /** A state of an epoch alone, such as the best one so far; null if there is none. */
    public static CallbackState ofEpoch(String what, EpochEnd epoch) {
        Map<String, Double> numbers = new TreeMap<>();
        if (epoch != null) {
            numbers.put(NUMBER, (double) epoch.number());
            numbers.put(RATE, epoch.learningRate());
            epoch.metrics().forEach((name, value) -> numbers.put(METRIC + name, value));
        }
        return of(what, numbers);
    }

    /** The epoch of {@link #ofEpoch}; its training is over, and null. */
    public Optional<EpochEnd> epoch() {
        if (!numbers.containsKey(NUMBER)) {
            return Optional.empty();
        }
        Map<String, Double> metrics = new TreeMap<>();
        numbers.forEach((name, value) -> {
            if (name.startsWith(METRIC)) {
                metrics.put(name.substring(METRIC.length()), value);
            }
        });
        return Optional.of(new EpochEnd(numbers.get(NUMBER).intValue(), metrics, numbers.get(RATE), null));
    }

    /** A state of numbers alone. */
    public static CallbackState of(String what, Map<String, Double> numbers) {
        return new CallbackState(what, numbers, Map.of());
    }
}
