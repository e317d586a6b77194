package io.github.bert4j.models;

import io.github.bert4j.checkpoint.SafeTensors;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.ops.Plan;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.LossTerm;
import io.github.bert4j.train.Metric;
import io.github.bert4j.train.Optimizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A view of a graph: from some inputs to some outputs. Models over the same tensors share layers and weights.
 *
 * <pre>{@code
 * Model.of(tokens, segments).to(p)
 *      .compile(Loss.binaryCrossEntropy(), new Adam(1e-5), Metric.accuracy())
 *      .fit(train, 5, validation);
 * }</pre>
 */
public final class Model {
    private final List<Tensor> inputs;
    private final List<Tensor> outputs;
    private final Plan plan;
    private final BatchPredictor predictor;

    private Model(List<Tensor> inputs, List<Tensor> outputs) {
        this.inputs = inputs;
        this.outputs = outputs;
        if (outputs.isEmpty()) {
            throw new IllegalArgumentException("A model of no outputs: expected at least one tensor in to(…)");
        }
        Graph graph = outputs.get(0).graph();
        for (Tensor output : outputs) {
            if (output.graph() != graph) {
                throw new IllegalArgumentException("Output " + output + " belongs to another graph than the first one");
            }
        }
        for (Tensor tensor : inputs) {
            if (tensor.graph() != graph) {
                throw new IllegalArgumentException("Input " + tensor + " belongs to another graph than the outputs");
            }
            if (!tensor.variable().isPlaceHolder()) {
                throw new IllegalArgumentException("Input " + tensor
                        + " is the result of a layer: expected tensors made by graph.ids, graph.ints or graph.floats");
            }
        }
        this.plan =
                Plan.of(graph.sameDiff(), outputs.stream().map(Tensor::variable).toList());
        List<String> given = inputs.stream().map(Tensor::name).toList();
        for (String needed : plan.inputs()) {
            if (!given.contains(needed)) {
                throw new IllegalArgumentException(
                        "The outputs depend on input \"%s\", which is not among the model's inputs %s: add it to Model.of(…)"
                                .formatted(needed, given));
            }
        }
        this.predictor = new BatchPredictor(this);
    }

    /** The inputs of a model, in the order in which samples give them. */
    public static Inputs of(Tensor... inputs) {
        return new Inputs(List.of(inputs));
    }

    /** Inputs that wait for outputs. */
    public record Inputs(List<Tensor> inputs) {
        /**
         * The model from these inputs to some outputs.
         *
         * @throws IllegalArgumentException if there are no outputs, or they need an input that is not there
         */
        public Model to(Tensor... outputs) {
            return new Model(inputs, List.of(outputs));
        }
    }

    /**
     * Makes the model ready to learn from labels: one loss, applied to every output.
     *
     * @param metrics measured on the first output
     */
    public CompiledModel compile(Loss loss, Optimizer optimizer, Metric... metrics) {
        return graph().changing(() -> {
            List<Tensor> labels = new ArrayList<>();
            List<LossTerm> terms = new ArrayList<>();
            for (Tensor output : outputs) {
                Tensor label = loss.label(graph().uniqueName("label"), output);
                labels.add(label);
                terms.add(loss.term(output, label));
            }
            return new CompiledModel(this, labels, terms, optimizer, List.of(metrics));
        });
    }

    /** Makes the model ready to learn from a loss that is made of tensors: the sum of these terms. */
    public CompiledModel compile(List<LossTerm> loss, Optimizer optimizer) {
        return graph().changing(() -> new CompiledModel(this, List.of(), loss, optimizer, List.of()));
    }

    /**
     * One prediction per row of the dataset, in its order; rows of similar length are computed together. Any number of
     * threads may predict at a time, while another one trains too: then each batch is computed by the weights that one
     * training step left.
     *
     * @throws IllegalStateException if the graph is closed, before the call or while it is under way
     * @throws IllegalArgumentException if the samples do not fit the inputs, or an output has no row for each sample
     * @throws OutOfMemoryError with the batch size and length to try
     */
    public List<Prediction> predict(Dataset dataset) {
        return predictor.predict(dataset);
    }

    /** One prediction per sample. */
    public List<Prediction> predict(List<Sample> samples, int batchSize) {
        return samples.isEmpty() ? List.of() : predict(Dataset.of(samples, batchSize, sample -> sample));
    }

    /** The table that Keras prints: layers, output shapes, parameters, and what each layer is applied to. */
    public String summary() {
        return Summary.of(this);
    }

    /** The weights that the outputs depend on. */
    public List<Weight> weights() {
        return graph().weights().stream()
                .filter(weight -> plan.reads(weight.variable()))
                .toList();
    }

    /** Writes the weights to a safetensors file, replacing one that is there only once it is complete. */
    public void saveWeights(Path file) throws IOException {
        graph().reading(() -> {
            WeightFile.save(
                    file, Map.of(), weights().stream().map(WeightFile.Slot::of).toList());
            return null;
        });
    }

    /**
     * Reads the weights from a safetensors file; none is changed if any is missing or has another shape or type.
     *
     * @throws WeightMismatchException if the file does not hold exactly this model's weights; it lists all differences
     */
    public void loadWeights(Path file) throws IOException {
        try (SafeTensors source = SafeTensors.open(file)) {
            source.verify();
            graph().changing(() -> {
                WeightFile.load(
                        source, weights().stream().map(WeightFile.Slot::of).toList());
                return null;
            });
        }
    }

    public List<Tensor> inputs() {
        return inputs;
    }

    public List<Tensor> outputs() {
        return outputs;
    }

    /** The graph that the model is a view of. */
    public Graph graph() {
        return outputs.get(0).graph();
    }

    Plan plan() {
        return plan;
    }
}
