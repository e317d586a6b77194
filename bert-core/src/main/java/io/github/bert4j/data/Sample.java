package io.github.bert4j.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a model reads for one row, in the order of its inputs, and what it should answer, in the order of its outputs.
 *
 * @param labels empty where there is nothing to learn from, or where the loss reads inputs only
 * @param weight what its loss is multiplied by; 1 for most
 */
public record Sample(List<Values> inputs, List<Values> labels, float weight) {

    /** @throws IllegalArgumentException if there are no inputs, or the weight is negative or not finite */
    public Sample {
        if (!(weight >= 0 && weight < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("A sample of weight " + weight + ": expected a number of 0 or more");
        }
        if (inputs.isEmpty()) {
            throw new IllegalArgumentException("A sample without inputs: expected at least one array");
        }
        inputs = List.copyOf(inputs);
        labels = List.copyOf(labels);
    }

    /** A sample of weight 1. */
    public Sample(List<Values> inputs, List<Values> labels) {
        this(inputs, labels, 1);
    }

    /** A sample of int vectors, such as token ids and segment ids. */
    public static Sample of(int[]... inputs) {
        return new Sample(
                Arrays.stream(inputs).map(ids -> (Values) IntValues.of(ids)).toList(), List.of());
    }

    /** A sample of any arrays. */
    public static Sample of(Values... inputs) {
        return new Sample(List.of(inputs), List.of());
    }

    /** The same sample with more inputs at the end. */
    public Sample with(Values... more) {
        List<Values> all = new ArrayList<>(inputs);
        all.addAll(List.of(more));
        return new Sample(all, labels, weight);
    }

    /** The same sample with the probabilities or numbers that the next output should give. */
    public Sample labelled(float... label) {
        return labelled(FloatValues.of(label));
    }

    /** The same sample with the class that the next output should choose. */
    public Sample labelled(int label) {
        return labelled(new IntValues(new int[] {label}));
    }

    /** The same sample with what the next output should give. */
    public Sample labelled(Values label) {
        List<Values> all = new ArrayList<>(labels);
        all.add(label);
        return new Sample(inputs, all, weight);
    }

    /**
     * The same sample, whose loss counts so many times as much as others', as {@code sample_weight} is in Keras: the sum is
     * still divided by the number of labels. Metrics do not see it.
     */
    public Sample weighted(float factor) {
        return new Sample(inputs, labels, factor);
    }

    /** Length of the first input: by it, samples are put together and padding is cut off predictions. */
    public int length() {
        return inputs.get(0).length();
    }
}
