package io.github.bert4j.models;

import io.github.bert4j.checkpoint.SafeTensors;
import io.github.bert4j.data.Batch;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.ops.Plan;
import io.github.bert4j.ops.Results;
import io.github.bert4j.ops.Step;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.Checkpoints;
import io.github.bert4j.train.LossTerm;
import io.github.bert4j.train.Metric;
import io.github.bert4j.train.Optimizer;
import io.github.bert4j.train.Technique;
import io.github.bert4j.train.Validation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * A {@link Model} with a loss, an optimizer and metrics: it can be fitted and evaluated.
 *
 * <p>One thread fits; others may predict and evaluate meanwhile. A second {@code fit} on the same graph is refused.
 */
public final class CompiledModel {
    private final Model model;
    private final List<LossTerm> terms;
    private final List<Measured> metrics;
    private final Feeds feeds;
    private final Plan evaluation;
    private final Optimizer optimizer;
    private final LossGradients gradients;
    private final Descent descent;

    /**
     * What is made small.
     *
     * @param labels of the outputs; empty for a loss made of tensors
     * @param weights of samples, [batch]
     * @param terms whose sum it is
     */
    record Objective(List<Tensor> labels, Optional<Tensor> weights, List<LossTerm> terms) {}

    CompiledModel(Model model, Objective objective, Optimizer optimizer, List<Metric> metrics) {
        if (objective.terms().isEmpty()) {
            throw new IllegalArgumentException("A loss of no terms: expected at least one");
        }
        this.model = model;
        this.terms = objective.terms();
        this.metrics = metrics.stream()
                .map(metric -> Measured.of(metric, model, objective.labels()))
                .toList();
        this.feeds = new Feeds(
                new Feed("input", model.inputs()), new Feed("label", objective.labels()), objective.weights());
        this.evaluation = Plan.of(model.graph().sameDiff(), measured().toList());
        model.requireOwnVariables(evaluation);
        optimizer.check(model.graph().weights());
        measurement().requireNames();
        this.optimizer = optimizer;
        this.gradients = LossGradients.of(model.graph(), terms, measured().toList());
        this.descent = new Descent(gradients, optimizer, Techniques.NONE);
    }

    private CompiledModel(CompiledModel plain, Descent descent) {
        this.model = plain.model;
        this.terms = plain.terms;
        this.metrics = plain.metrics;
        this.feeds = plain.feeds;
        this.evaluation = plain.evaluation;
        this.optimizer = plain.optimizer;
        this.gradients = plain.gradients;
        this.descent = descent;
    }

    /**
     * The same model, trained by some techniques besides; it starts with a new optimizer's state.
     *
     * <pre>{@code
     * model.compile(loss, new Adam(2e-5)).with(new GradientAccumulation(4), new MovingAverage(0.999));
     * }</pre>
     *
     * @param techniques at most one of each kind; they replace those of this model
     * @throws IllegalArgumentException if there are two of a kind, or one needs a weight that is not trained
     */
    public CompiledModel with(Technique... techniques) {
        Techniques chosen = Techniques.of(List.of(techniques));
        LossGradients trained = chosen.rDrop()
                .map(drop -> model.graph()
                        .changing(() -> LossGradients.of(
                                model.graph(),
                                Stream.concat(terms.stream(), TwoPasses.differences(model, drop.alpha()).stream())
                                        .toList(),
                                measured().toList())))
                .orElse(gradients);
        return new CompiledModel(this, new Descent(trained, optimizer, chosen));
    }

    /** Trains for some epochs; see {@link #fit(Dataset, int, Dataset, Callback...)}. */
    public History fit(Dataset train, int epochs, Callback... callbacks) {
        return fit(train, epochs, Map::of, callbacks);
    }

    /**
     * Trains for some epochs. Calling it again goes on where the last call ended, in steps and in the optimizer's state.
     *
     * <p>Weights frozen or unfrozen since the model was compiled need a new {@code compile}, as in Keras.
     *
     * <p>All samples are read once before the first step, so that a wrong one is found before any weight has changed.
     *
     * @param train shuffled anew every epoch, unless it is {@code inOrder()}; {@code train.bucketedByLength()} saves padding
     * @param validation evaluated after every epoch
     * @param callbacks told in this order; any of them may stop training, and {@link Checkpoints} have it saved and taken up
     *     again
     * @throws IllegalArgumentException if a sample does not fit the model, with its row; or if a state that is taken up is of
     *     another training, with what differs
     * @throws io.github.bert4j.train.NonFiniteException if a step's loss or gradients are not finite; see
     *     {@link io.github.bert4j.train.OnNonFinite}
     * @throws io.github.bert4j.train.SuspendedException if {@link Checkpoints#suspend} was called
     * @throws OutOfMemoryError with the batch size and length to try
     * @throws IllegalStateException if weights were frozen or unfrozen since the model was compiled, another thread trains
     *     weights of the same graph, or the graph is closed meanwhile
     * @return loss and metrics of every epoch; those on training data are measured while dropout is on
     */
    public History fit(Dataset train, int epochs, Dataset validation, Callback... callbacks) {
        return fit(train, epochs, () -> evaluate(validation).named(), callbacks);
    }

    /**
     * As {@link #fit(Dataset, int, Dataset, Callback...)}, for what is measured in another way than by loss and metrics:
     * the history and the callbacks have it with {@code val_} before its name.
     */
    public History fit(Dataset train, int epochs, Validation validation, Callback... callbacks) {
        return fit(train, epochs, validation, List.of(callbacks));
    }

    /**
     * Loss and metrics over a dataset, dropout off.
     *
     * @throws OutOfMemoryError with the batch size and length to try
     */
    public Evaluation evaluate(Dataset dataset) {
        Measurement measurement = measurement();
        feeds.checked(dataset).byLength().forEach(ordered -> {
            Batch batch = ordered.batch();
            try (Results results = model.graph().run(evaluation, feeds.arrays(batch), Step.inference())) {
                measurement.add(results, batch);
            } catch (OutOfMemoryError shortage) {
                throw MemoryShortage.ofBatch(shortage, model.graph(), evaluation, feeds::arrays, batch);
            }
        });
        return measurement.evaluation();
    }

    /**
     * What training will take, told before it starts: a forward and a backward pass over this sample, and one over it twice,
     * tell how the arrays of a step grow with the batch. Weights and the optimizer's state stay as they are. It costs a few
     * times the time of one sample in training.
     *
     * <pre>{@code
     * MemoryEstimate memory = compiled.memory(dataset.longest(), dataset.batchSize());
     * if (!memory.fits()) {
     *     System.err.println(memory);
     * }
     * }</pre>
     *
     * <p>Trap: it counts arrays. The Java heap comes on top, and some 250 MiB for the JVM and the native libraries; so do
     * rounded copies of the weights where a model predicts or is evaluated: half their size in {@code Precision.BF16}, a quarter in
     * {@code INT8}.
     *
     * @param longest the longest sample of the training data, with its labels
     * @param batchSize samples per batch, all of them as long as this one
     * @throws IllegalArgumentException if the batch size is below 1, or the sample does not fit the model
     * @throws IllegalStateException if one sample and two are computed in different ways, so that nothing can be told
     */
    public MemoryEstimate memory(Sample longest, int batchSize) {
        if (batchSize < 1) {
            throw new IllegalArgumentException("Batch size " + batchSize + ": expected at least 1");
        }
        Batch one = Batch.of(List.of(longest));
        Batch two = Batch.of(List.of(longest, longest));
        return model.graph()
                .reading(() -> descent.takesBatchesTwice()
                        ? descent.memory(feeds.arrays(two), feeds.arrays(two.twice()), batchSize)
                        : descent.memory(feeds.arrays(one), feeds.arrays(two), batchSize));
    }

    /** See {@link Model#predict(Dataset)}. */
    public List<Prediction> predict(Dataset dataset) {
        return model.predict(dataset);
    }

    /** The model without loss and optimizer. */
    public Model model() {
        return model;
    }

    /** Training steps done. */
    public long step() {
        return descent.updates();
    }

    /**
     * Saves what training goes on from: the graph's weights, the optimizer's state and the number of steps, as a
     * safetensors file; one that is there is replaced once the new one is complete.
     *
     * @param notes what the run is, for {@link #loadState} to compare
     * @throws IllegalStateException if another thread trains
     * @see Checkpoints which saves within {@code fit}, and its progress and callbacks too
     */
    public void saveState(Path file, Map<String, String> notes) throws IOException {
        Map<String, String> metadata = new TreeMap<>(new Fingerprint(notes).metadata());
        metadata.putAll(Structure.metadata(model));
        metadata.putAll(Recovery.settings(model.graph()));
        model.graph().training(() -> {
            metadata.put(Recovery.STEP, Long.toString(step()));
            metadata.put(Recovery.BATCHES, Long.toString(descent.batches()));
            List<WeightFile.Slot> slots = Recovery.slots(model.graph(), descent);
            return model.graph().reading(() -> {
                WeightFile.save(file, metadata, slots);
                return null;
            });
        });
    }

    /**
     * Brings back what {@link #saveState} saved of a model that was made in the same way: training goes on to the very
     * result that it would have had without the interruption.
     *
     * @param notes those it was saved with
     * @throws WeightMismatchException if the file does not hold exactly this model's weights and state
     * @throws IOException if it is damaged, or of a run with other notes; nothing has changed then
     * @throws IllegalStateException if another thread trains
     */
    public void loadState(Path file, Map<String, String> notes) throws IOException {
        try (SafeTensors source = SafeTensors.openChecked(file)) {
            Map<String, String> metadata = source.metadata();
            List<String> differences = new ArrayList<>(Fingerprint.of(metadata).differences(new Fingerprint(notes)));
            differences.addAll(Structure.differences(metadata, model));
            differences.addAll(Recovery.differences(metadata, model.graph()));
            if (!differences.isEmpty()
                    || !metadata.containsKey(Recovery.STEP)
                    || !metadata.containsKey(Recovery.BATCHES)) {
                throw new IOException("%s is of another run:\n  %s".formatted(file, String.join("\n  ", differences)));
            }
            model.graph().training(() -> {
                List<WeightFile.Slot> slots = Recovery.slots(model.graph(), descent);
                return model.graph().changing(() -> {
                    WeightFile.load(source, slots);
                    descent.goOnFrom(
                            Long.parseLong(metadata.get(Recovery.STEP)),
                            Long.parseLong(metadata.get(Recovery.BATCHES)));
                    return null;
                });
            });
        }
    }

    private History fit(Dataset train, int epochs, Validation validation, List<Callback> callbacks) {
        if (epochs < 1) {
            throw new IllegalArgumentException("Training for " + epochs + " epochs: expected at least 1");
        }
        List<Checkpoints> checkpoints = callbacks.stream()
                .filter(Checkpoints.class::isInstance)
                .map(Checkpoints.class::cast)
                .toList();
        if (checkpoints.size() > 1) {
            throw new IllegalArgumentException(
                    "%d Checkpoints among the callbacks: expected at most one".formatted(checkpoints.size()));
        }
        return model.graph().training(() -> train(train, epochs, validation, callbacks, checkpoints));
    }

    private History train(
            Dataset train, int epochs, Validation validation, List<Callback> callbacks, List<Checkpoints> checkpoints) {
        descent.start();
        if (descent.worker().workers() > 1) {
            metrics.forEach(Measured::requireAdditive);
        }
        Dataset checked = feeds.checked(train);
        try (Fitting fitting = new Fitting(descent.weights(), callbacks)) {
            Checkpoints saving = checkpoints.isEmpty() ? null : checkpoints.get(0);
            // Either reads all samples, so that a wrong one is found before any weight has changed.
            String data = "";
            if (saving == null) {
                checked.samples().forEach(sample -> {});
            } else {
                data = Fingerprint.of(checked);
            }
            try (Recovery recovery = saving == null
                    ? null
                    : new Recovery(saving, model, descent, fingerprint(data, checked, epochs, saving), callbacks)) {
                return new Fit(
                                model.graph(),
                                feeds,
                                descent,
                                this::measurement,
                                new Fit.Wanted(checked, epochs, validation),
                                fitting,
                                Optional.ofNullable(recovery))
                        .run();
            }
        }
    }

    private Fingerprint fingerprint(String data, Dataset train, int epochs, Checkpoints checkpoints) {
        Map<String, String> texts = new TreeMap<>();
        texts.putAll(checkpoints.notes());
        texts.put("training data", data);
        texts.put("batch size", Integer.toString(train.batchSize()));
        texts.put("epochs", Integer.toString(epochs));
        texts.put("terms of the loss", Integer.toString(terms.size()));
        texts.put(
                "metrics",
                metrics.stream().map(one -> one.metric().name()).toList().toString());
        texts.putAll(descent.settings((long) epochs * descent.updates(train.steps())));
        return new Fingerprint(texts);
    }

    private Measurement measurement() {
        return new Measurement(terms, metrics);
    }

    /** What a step is measured by: the loss's terms, and what metrics are measured on. */
    private Stream<SDVariable> measured() {
        Stream<SDVariable> sums = terms.stream()
                .flatMap(term -> Stream.of(
                        term.numerator().variable(), term.denominator().variable()));
        return Stream.concat(
                sums,
                metrics.stream()
                        .flatMap(Measured::tensors)
                        .map(Tensor::variable)
                        .distinct());
    }
}
