package io.github.bert4j.models;

import io.github.bert4j.data.Batch;
import io.github.bert4j.data.IntValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.ops.Gradients;
import io.github.bert4j.ops.Plan;
import io.github.bert4j.ops.Results;
import io.github.bert4j.ops.Step;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How much each token of an input adds to one of a model's outputs: the gradient in the token's word embedding, averaged
 * along the straight line from a baseline whose word embeddings are 0, times that embedding.
 *
 * <pre>{@code
 * var gradients = IntegratedGradients.of(model, bert.wordEmbeddings());
 * Attribution attribution = gradients.attribution(sample, token -> token > 0, 0);
 * }</pre>
 *
 * <p>The average is a sum over points in the middle of equal steps. Making one adds backward operations to the model's
 * graph; afterwards any number of threads may ask at a time.
 *
 * <p>Source: Sundararajan, Taly and Yan, "Axiomatic Attribution for Deep Networks", 2017, sections 3 and 5; the baseline of
 * text is that of section 2.
 */
public final class IntegratedGradients {
    /** Of the paper's 20 to 300. */
    public static final int DEFAULT_STEPS = 64;

    private static final int TOKENS_TOGETHER = 2048;

    private final Feed feed;
    private final Tensor output;
    private final Weight table;
    private final Tensor chosen;
    private final SDVariable embeddings;
    private final SDVariable gradient;
    private final Plan lookup;
    private final Plan descent;
    private final int steps;
    private final OptionalInt standIn;

    /**
     * What the tokens add to an output.
     *
     * @param values by token; 0 where the baseline has the token too
     * @param output what the model says of the input
     * @param baseline what it says of the baseline
     */
    public record Attribution(double[] values, double output, double baseline) {

        /**
         * What the values lack to add up to {@code output - baseline}, as they would with endlessly many steps.
         */
        public double missing() {
            return output - baseline - Arrays.stream(values).sum();
        }
    }

    private IntegratedGradients(
            Feed feed,
            Tensor output,
            Weight table,
            Tensor chosen,
            SDVariable embeddings,
            SDVariable gradient,
            int steps,
            OptionalInt standIn) {
        this.feed = feed;
        this.output = output;
        this.table = table;
        this.chosen = chosen;
        this.embeddings = embeddings;
        this.gradient = gradient;
        this.lookup = Plan.of(graph().sameDiff(), List.of(embeddings));
        this.descent = Plan.of(graph().sameDiff(), List.of(output.variable(), gradient), List.of(embeddings));
        this.steps = steps;
        this.standIn = standIn;
    }

    /**
     * Makes the gradients of a model's first output, [batch, numbers].
     *
     * @param words the table in which the ids of the model's first input are looked up, {@code bert.wordEmbeddings()}
     * @throws IllegalArgumentException if the output has another rank, or the words are not looked up exactly once
     */
    public static IntegratedGradients of(Model model, Weight words) {
        Tensor output = model.outputs().get(0);
        if (output.shape().rank() != 2) {
            throw new IllegalArgumentException(
                    "Integrated gradients of %s: expected an output [batch, numbers]".formatted(output));
        }
        List<SDVariable> lookups = model.plan().lookups(words.variable());
        if (lookups.size() != 1) {
            throw new IllegalArgumentException(
                    "%s is looked up %d times for %s: expected once, by a BERT that reads one input"
                            .formatted(words.name(), lookups.size(), output));
        }
        Graph graph = model.graph();
        Tensor chosen = graph.floats(graph.uniqueName("chosen"), output.shape().toArray());
        SDVariable sum = output.variable().mul(chosen.variable()).sum();
        SDVariable gradient = Gradients.of(sum, lookups).get(lookups.get(0));
        return new IntegratedGradients(
                new Feed("input", model.inputs()),
                output,
                words,
                chosen,
                lookups.get(0),
                gradient,
                DEFAULT_STEPS,
                OptionalInt.empty());
    }

    /** As this, with another number of points; where {@link Attribution#missing} is large, more are needed. */
    public IntegratedGradients withSteps(int points) {
        if (points < 1) {
            throw new IllegalArgumentException(points + " steps: expected at least 1");
        }
        return new IntegratedGradients(feed, output, table, chosen, embeddings, gradient, points, standIn);
    }

    /**
     * As this, where the baseline has another token's embedding in the place of those that it lacks, not nothing. Models that add
     * nothing else to the words need that: they normalize what they look up, and nothing has no direction.
     *
     * @param id of the token, such as {@code [MASK]}
     */
    public IntegratedGradients withBaseline(int id) {
        return new IntegratedGradients(feed, output, table, chosen, embeddings, gradient, steps, OptionalInt.of(id));
    }

    /**
     * What the tokens of a sample add to one number of the output.
     *
     * @param sample whose first input are token ids, none of them padding
     * @param attributed tells by position which tokens the baseline lacks; the others, such as [CLS], it has too
     * @param number which of the output
     * @throws IllegalArgumentException if an id is that of padding, or the output has no such number
     */
    public Attribution attribution(Sample sample, IntPredicate attributed, int number) {
        int[] ids = ((IntValues) sample.inputs().get(0)).values();
        int padding = feed.padding();
        if (Arrays.stream(ids).anyMatch(id -> id == padding)) {
            throw new IllegalArgumentException("Id %d, padding, among the ids %s: expected those of a text alone"
                    .formatted(padding, Arrays.toString(ids)));
        }
        if (number < 0 || number >= output.shape().size(1)) {
            throw new IllegalArgumentException("Number %d of %s: expected one from 0 to %d"
                    .formatted(number, output, output.shape().size(1) - 1));
        }
        Line line = line(sample, ids, attributed);
        double[] values = new double[ids.length];
        int together = Math.max(1, TOKENS_TOGETHER / ids.length);
        for (int first = 0; first < steps; first += together) {
            double[] places = new double[Math.min(together, steps - first)];
            for (int i = 0; i < places.length; i++) {
                places[i] = (first + i + 0.5) / steps;
            }
            line.addProducts(values, run(sample, line, places, number).gradients());
        }
        double[] ends = run(sample, line, new double[] {0, 1}, number).outputs();
        return new Attribution(Arrays.stream(values).map(sum -> sum / steps).toArray(), ends[1], ends[0]);
    }

    private Graph graph() {
        return output.graph();
    }

    private Line line(Sample sample, int[] ids, IntPredicate attributed) {
        try (Results results =
                graph().run(lookup, feed.arrays(Batch.of(List.of(sample)).inputs()), Step.inference())) {
            float[] end = results.floats(embeddings);
            int width = end.length / ids.length;
            float[] difference = new float[end.length];
            float[] instead = new float[width];
            if (standIn.isPresent()) {
                table.view().get(standIn.getAsInt() * width, instead);
            }
            for (int i = 0; i < ids.length; i++) {
                if (attributed.test(i)) {
                    table.view().get(ids[i] * width, difference, i * width, width);
                    for (int k = 0; k < width; k++) {
                        difference[i * width + k] -= instead[k];
                    }
                }
            }
            return new Line(end, difference, results.get(embeddings).shape());
        }
    }

    /**
     * From the baseline to the input.
     *
     * @param end the rows that the input's ids look up, with all that is added to them
     * @param difference what the baseline lacks of them
     * @param shape of both, the sequence or its one batch in front
     */
    private record Line(float[] end, float[] difference, long[] shape) {

        INDArray at(double[] places) {
            float[] rows = new float[places.length * end.length];
            for (int i = 0; i < rows.length; i++) {
                int element = i % end.length;
                rows[i] = (float) (end[element] - (1 - places[i / end.length]) * difference[element]);
            }
            long[] all = shape.clone();
            all[0] *= places.length;
            return Nd4j.createFromArray(rows).reshape(all);
        }

        /** Adds to each token's value what its gradients at some places say. */
        void addProducts(double[] values, float[] gradients) {
            int width = difference.length / values.length;
            for (int i = 0; i < gradients.length; i++) {
                int element = i % difference.length;
                values[element / width] += (double) gradients[i] * difference[element];
            }
        }
    }

    /** What the model says at some places of the line, and the gradients there. */
    private record Run(double[] outputs, float[] gradients) {}

    private Run run(Sample sample, Line line, double[] places, int number) {
        int numbers = Math.toIntExact(output.shape().size(1));
        float[] choice = new float[places.length * numbers];
        for (int i = 0; i < places.length; i++) {
            choice[i * numbers + number] = 1;
        }
        Map<String, INDArray> arrays =
                feed.arrays(Batch.of(Collections.nCopies(places.length, sample)).inputs());
        arrays.put(chosen.name(), Nd4j.createFromArray(choice).reshape(places.length, numbers));
        arrays.put(embeddings.name(), line.at(places));
        try (Results results = graph().run(descent, arrays, Step.inference())) {
            float[] outputs = results.floats(output.variable());
            double[] own = new double[places.length];
            for (int i = 0; i < own.length; i++) {
                own[i] = outputs[i * numbers + number];
            }
            return new Run(own, results.floats(gradient));
        }
    }
}
