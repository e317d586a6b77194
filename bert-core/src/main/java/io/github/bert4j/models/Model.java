package io.github.bert4j.models;

import io.github.bert4j.checkpoint.NonFiniteTensorException;
import io.github.bert4j.checkpoint.SafeTensors;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.ops.Plan;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.LossTerm;
import io.github.bert4j.train.Metric;
import io.github.bert4j.train.Optimizer;
import io.github.bert4j.train.TargetedMetric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.VariableType;

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
     * Makes the model ready to learn from labels: one loss, applied to every output. Where there are several, {@code History}
     * has each one's loss too, as {@code dense_1_loss}.
     *
     * @param metrics measured on the first output, unless {@link Metric#on} says otherwise
     * @throws IllegalArgumentException if there is nothing to train, a metric is measured on nothing that is there, two are of
     *     one name, or a variable that {@code sameDiff().var(…)} made is read
     */
    public CompiledModel compile(Loss loss, Optimizer optimizer, Metric... metrics) {
        return graph().changing(() -> {
            Tensor weights = graph().floats(graph().uniqueName("sample_weight"), Shape.UNKNOWN);
            List<Tensor> labels = new ArrayList<>();
            List<LossTerm> terms = new ArrayList<>();
            boolean weighted = true;
            for (Tensor output : outputs) {
                Tensor label = loss.label(graph().uniqueName("label"), output);
                Optional<LossTerm> term = loss.weightedTerm(output, label, weights);
                weighted &= term.isPresent();
                labels.add(label);
                terms.add(term.orElseGet(() -> loss.term(output, label)).named(name(output)));
            }
            return new CompiledModel(
                    this,
                    new CompiledModel.Objective(labels, weighted ? Optional.of(weights) : Optional.empty(), terms),
                    optimizer,
                    List.of(metrics));
        });
    }

    /**
     * Makes the model ready to learn from a loss that is made of tensors: the sum of these terms. Where there are several,
     * {@code History} has each one too, by its name.
     *
     * @param metrics each with what it is measured on, see {@link Metric#on(Tensor, Tensor)}
     * @throws IllegalArgumentException as {@link #compile(Loss, Optimizer, Metric...)}
     */
    public CompiledModel compile(List<LossTerm> loss, Optimizer optimizer, Metric... metrics) {
        return graph().changing(() -> new CompiledModel(
                this, new CompiledModel.Objective(List.of(), Optional.empty(), loss), optimizer, List.of(metrics)));
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

    /** The first weight that holds NaN or an infinity, so that the model has no answers; empty if all are finite. */
    public Optional<Weight> nonFiniteWeight() {
        return graph().reading(() -> weights().stream()
                .filter(weight -> NonFiniteTensorException.firstNonFinite(weight.view()) >= 0)
                .findFirst());
    }

    /**
     * Writes the weights to a safetensors file, and how layers are connected; one that is there is replaced once the new one
     * is complete.
     *
     * @throws IllegalArgumentException if an output reads a variable that {@code sameDiff().var(…)} made: it is no weight
     */
    public void saveWeights(Path file) throws IOException {
        requireOwnVariables(plan);
        graph().reading(() -> {
            WeightFile.save(
                    file,
                    Structure.metadata(this),
                    weights().stream().map(WeightFile.Slot::of).toList());
            return null;
        });
    }

    /**
     * Saves names, shapes and values alone, for a reader that knows how they are connected, also in versions to come; rounded to 8
     * bits where the graph's precision is that.
     */
    public void saveValues(Path file) throws IOException {
        saveValues(file, weight -> true);
    }

    /** As {@link #saveValues(Path)}, of some weights alone. */
    public void saveValues(Path file, Predicate<Weight> some) throws IOException {
        requireOwnVariables(plan);
        graph().reading(() -> {
            WeightFile.saveRounded(file, this, weights().stream().filter(some).toList());
            return null;
        });
    }

    /**
     * Reads the weights from a safetensors file that {@link #saveWeights} of a model of the same structure wrote; none is
     * changed if anything differs.
     *
     * @throws WeightMismatchException if the file does not hold exactly this model's weights, or its layers were of other
     *     types or otherwise connected; it lists all differences
     */
    public void loadWeights(Path file) throws IOException {
        loadWeights(file, LoadOptions.exact());
    }

    /**
     * Reads weights from a safetensors file; none is changed if that is refused.
     *
     * @throws WeightMismatchException if the file does not fit as the options want it, or nothing of it fits; it lists all
     *     differences
     */
    public LoadedWeights loadWeights(Path file, LoadOptions options) throws IOException {
        requireOwnVariables(plan);
        try (SafeTensors source = SafeTensors.open(file)) {
            source.verify();
            List<WeightFile.Slot> slots =
                    weights().stream().map(WeightFile.Slot::of).toList();
            return graph().changing(() -> switch (options.matching()) {
                case STRUCTURE -> WeightFile.load(source, slots, Structure.differences(source.metadata(), this));
                case NAME ->
                    WeightFile.loadByName(
                            source, slots, options.mismatches(), Structure.otherTypes(source.metadata(), this));
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

    /** Of an output; that of the layer that makes it, unless that makes several. */
    private String name(Tensor output) {
        String name = TargetedMetric.name(output);
        boolean unique =
                outputs.stream().map(TargetedMetric::name).filter(name::equals).count() == 1;
        return unique ? name : "output_" + (outputs.indexOf(output) + 1);
    }

    Plan plan() {
        return plan;
    }

    /** Training would leave them as they are, and files would not have them. */
    void requireOwnVariables(Plan needed) {
        for (SDVariable variable : graph().sameDiff().variables()) {
            if (variable.getVariableType() == VariableType.VARIABLE
                    && needed.reads(variable)
                    && !graph().owns(variable)) {
                throw new IllegalArgumentException(
                        "The model reads variable \"%s\", which sameDiff().var(…) made and which would be neither trained nor saved: make it by weight(…) of a Layer or Graph, or as a constant"
                                .formatted(variable.name()));
            }
        }
    }
}
