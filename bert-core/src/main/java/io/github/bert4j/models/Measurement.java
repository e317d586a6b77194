package io.github.bert4j.models;

import io.github.bert4j.data.Batch;
import io.github.bert4j.ops.Results;
import io.github.bert4j.train.AllReduce;
import io.github.bert4j.train.LossTerm;
import io.github.bert4j.train.Metric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Loss and metrics over batches: adds up sums, not means, so that batches of different sizes count for what they hold. */
final class Measurement {
    private final List<LossTerm> terms;
    private final List<Measured> metrics;
    private final double[] numerators;
    private final double[] denominators;
    private final List<Metric.Tally> tallies;

    /**
     * All that was added up.
     *
     * @param tallies of each metric
     */
    record Sums(double[] numerators, double[] denominators, List<double[]> tallies) {}

    Measurement(List<LossTerm> terms, List<Measured> metrics) {
        this.terms = terms;
        this.metrics = metrics;
        this.numerators = new double[terms.size()];
        this.denominators = new double[terms.size()];
        this.tallies = metrics.stream().map(one -> one.metric().start()).toList();
    }

    void add(Results results, Batch batch) {
        for (int i = 0; i < numerators.length; i++) {
            numerators[i] += numerator(results, i);
            denominators[i] += denominator(results, i);
        }
        for (int i = 0; i < tallies.size(); i++) {
            metrics.get(i).add(tallies.get(i), results, batch);
        }
    }

    /** @throws NonFinite if the loss of these results is not finite */
    void requireFinite(Results results) {
        double loss = 0;
        for (int i = 0; i < numerators.length; i++) {
            double denominator = denominator(results, i);
            loss += numerator(results, i) / (denominator == 0 ? 1 : denominator);
        }
        if (!Double.isFinite(loss)) {
            throw new NonFinite("The loss is " + loss);
        }
    }

    Evaluation evaluation() {
        double loss = 0;
        for (int i = 0; i < numerators.length; i++) {
            loss += numerators[i] / denominators[i];
        }
        Map<String, Double> values = new LinkedHashMap<>();
        for (int i = 0; i < terms.size() && terms.size() > 1; i++) {
            values.put(name(i), numerators[i] / denominators[i]);
        }
        for (int i = 0; i < metrics.size(); i++) {
            values.put(metrics.get(i).metric().name(), tallies.get(i).value());
        }
        return new Evaluation(loss, values);
    }

    /** Of a term of the loss. */
    private String name(int term) {
        String name = terms.get(term).name();
        return name.isEmpty() ? "loss_" + (term + 1) : name + "_loss";
    }

    /** @throws IllegalArgumentException if two of what is measured are called the same */
    void requireNames() {
        Set<String> names = new HashSet<>(Set.of("loss"));
        Stream.concat(
                        IntStream.range(0, terms.size() > 1 ? terms.size() : 0).mapToObj(this::name),
                        metrics.stream().map(one -> one.metric().name()))
                .filter(name -> !names.add(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new IllegalArgumentException(
                            "Two of what is measured are called \"%s\": expected a name for each, by named(…) of layers and loss terms"
                                    .formatted(name));
                });
    }

    /** Adds what all workers have measured, each of which calls this. */
    void addAll(Measurement own, AllReduce worker) {
        Sums sums = own.sums();
        List<double[]> parts = new ArrayList<>(List.of(sums.numerators(), sums.denominators()));
        parts.addAll(sums.tallies());
        parts.forEach(worker::sum);
        for (int i = 0; i < numerators.length; i++) {
            numerators[i] += sums.numerators()[i];
            denominators[i] += sums.denominators()[i];
        }
        for (int i = 0; i < tallies.size(); i++) {
            double[] counts = tallies.get(i).counts();
            double[] more = sums.tallies().get(i);
            Arrays.setAll(counts, place -> counts[place] + more[place]);
            tallies.get(i).restore(counts);
        }
    }

    Sums sums() {
        return new Sums(
                numerators.clone(),
                denominators.clone(),
                tallies.stream().map(Metric.Tally::counts).toList());
    }

    /** Goes on from the sums of another measurement of the same model. */
    void restore(Sums sums) {
        System.arraycopy(sums.numerators(), 0, numerators, 0, numerators.length);
        System.arraycopy(sums.denominators(), 0, denominators, 0, denominators.length);
        for (int i = 0; i < tallies.size(); i++) {
            tallies.get(i).restore(sums.tallies().get(i));
        }
    }

    private double numerator(Results results, int term) {
        return results.floats(terms.get(term).numerator().variable())[0];
    }

    private double denominator(Results results, int term) {
        return results.floats(terms.get(term).denominator().variable())[0];
    }
}
