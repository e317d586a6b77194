package io.github.bert4j.models;

import io.github.bert4j.checkpoint.SafeTensors;
import io.github.bert4j.data.Batch;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.ops.Plan;
import io.github.bert4j.ops.Results;
import io.github.bert4j.ops.Step;
import io.github.bert4j.train.AllReduce;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.Checkpoints;
import io.github.bert4j.train.LossTerm;
import io.github.bert4j.train.Metric;
import io.github.bert4j.train.Optimizer;
import io.github.bert4j.train.Technique;
import io.github.bert4j.train.Validation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link Model} with a loss, an optimizer and metrics: it can be fitted and evaluated.
 *
 * <p>One thread fits; others may predict and evaluate meanwhile.
 */
public final class CompiledModel {
    private static final Logger LOG = LoggerFactory.getLogger(CompiledModel.class);

    private static final String STEP = "step";

    private final Model model;
    private final List<LossTerm> terms;
    private final List<Metric> metrics;
    private final Feed inputs;
    private final Feed labels;
    private final Plan evaluation;
    private final Optimizer optimizer;
    private final LossGradients gradients;
    private final Descent descent;

    CompiledModel(Model model, List<Tensor> labels, List<LossTerm> terms, Optimizer optimizer, List<Metric> metrics) {
        if (terms.isEmpty()) {
            throw new IllegalArgumentException("A loss of no terms: expected at least one");
        }
        if (labels.isEmpty() && !metrics.isEmpty()) {
            throw new IllegalArgumentException(
                    "Metrics compare outputs with labels, but a loss made of tensors has none");
        }
        this.model = model;
        this.terms = terms;
        this.metrics = metrics;
        this.inputs = new Feed("input", model.inputs());
        this.labels = new Feed("label", labels);
        this.evaluation = Plan.of(model.graph().sameDiff(), measured().toList());
        this.optimizer = optimizer;
        this.gradients = LossGradients.of(model.graph(), terms, measured().toList());
        this.descent = new Descent(gradients, optimizer, Techniques.NONE);
    }

    private CompiledModel(CompiledModel plain, Descent descent) {
        this.model = plain.model;
        this.terms = plain.terms;
        this.metrics = plain.metrics;
        this.inputs = plain.inputs;
        this.labels = plain.labels;
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
                .map(drop -> LossGradients.of(
                        model.graph(),
                        Stream.concat(terms.stream(), TwoPasses.differences(model, drop.alpha()).stream())
                                .toList(),
                        measured().toList()))
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
     * @param train shuffled anew every epoch; {@code train.bucketedByLength()} saves padding
     * @param validation evaluated after every epoch
     * @param callbacks told in this order; any of them may stop training
     * @throws IllegalStateException if weights were frozen or unfrozen since the model was compiled
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

    /** Loss and metrics over a dataset, dropout off. */
    public Evaluation evaluate(Dataset dataset) {
        Measurement measurement = new Measurement();
        dataset.byLength().forEach(ordered -> {
            Batch batch = ordered.batch();
            try (Results results = model.graph().run(evaluation, arrays(batch), Step.inference())) {
                measurement.add(results, batch);
            }
        });
        measurement.share(AllReduce.ALONE);
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
     * rounded copies of the weights, half their size, where a model of {@code Precision.BF16} predicts or is evaluated.
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
        return descent.memory(arrays(asTrained(one)), arrays(asTrained(two)), batchSize);
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
     * @throws IllegalStateException if averages of weights are kept, which the file has no place for
     */
    public void saveState(Path file, Map<String, String> notes) throws IOException {
        Map<String, String> metadata = new HashMap<>(notes);
        metadata.put(STEP, Long.toString(step()));
        WeightFile.save(file, metadata, slots());
    }

    /**
     * Brings back what {@link #saveState} saved of a model that was made in the same way: training goes on to the very
     * result that it would have had without the interruption.
     *
     * @param notes those it was saved with
     * @throws WeightMismatchException if the file does not hold exactly this model's weights and state
     * @throws IOException if it is damaged, or of a run with other notes; nothing has changed then
     * @throws IllegalStateException if averages of weights are kept, which the file has no place for
     */
    public void loadState(Path file, Map<String, String> notes) throws IOException {
        try (SafeTensors source = SafeTensors.open(file)) {
            Map<String, String> found = new HashMap<>(source.metadata());
            String steps = found.remove(STEP);
            if (steps == null || !steps.matches("\\d{1,18}") || !found.equals(notes)) {
                throw new IOException("%s is of another run: expected %s, found %s"
                        .formatted(file, new TreeMap<>(notes), new TreeMap<>(found)));
            }
            WeightFile.load(source, slots());
            descent.goOnFrom(Long.parseLong(steps));
        }
    }

    private List<WeightFile.Slot> slots() {
        return Stream.concat(
                        model.graph().weights().stream().map(WeightFile.Slot::of),
                        descent.state().entrySet().stream()
                                .map(array -> WeightFile.Slot.of(array.getKey(), array.getValue())))
                .toList();
    }

    private History fit(Dataset train, int epochs, Validation validation, List<Callback> callbacks) {
        if (epochs < 1) {
            throw new IllegalArgumentException("Training for " + epochs + " epochs: expected at least 1");
        }
        descent.start();
        long interrupted = takeUp();
        descent.requireSameStart();
        List<History.Epoch> history = new ArrayList<>();
        try (Fitting fitting = new Fitting(descent.weights(), callbacks)) {
            fitting.tell(Callback::onTrainingStart);
            for (int number = 1; number <= epochs && fitting.goesOn(); number++) {
                Callback.EpochStart start =
                        new Callback.EpochStart(number, epochs, descent.updates(train.steps()), train.size());
                fitting.tell(callback -> callback.onEpochStart(start));
                Evaluation trained = epoch(train, number, interrupted, fitting);
                if (descent.updates() <= interrupted) {
                    continue;
                }
                Map<String, Double> measured = new LinkedHashMap<>(trained.named());
                validation.measure().forEach((name, value) -> measured.put("val_" + name, value));
                LOG.debug("Epoch {}/{}: {}", number, epochs, measured);
                double learningRate = descent.learningRate(descent.updates() - 1);
                Callback.EpochEnd end = new Callback.EpochEnd(number, measured, learningRate, fitting);
                fitting.tell(callback -> callback.onEpochEnd(end));
                history.add(new History.Epoch(number, measured, learningRate));
            }
        }
        return new History(history);
    }

    /**
     * Loads the checkpoint of an interrupted call, if there is one, and counts from this call's start nevertheless.
     *
     * @return updates done by then; so many are to be passed over
     */
    private long takeUp() {
        long start = step();
        Optional<Path> file = descent.checkpoints().map(Checkpoints::file).filter(Files::exists);
        if (file.isEmpty()) {
            return start;
        }
        try {
            if (steps(file.get()) > start) {
                loadState(file.get(), Map.of());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        long done = step();
        descent.goOnFrom(start);
        return done;
    }

    private static long steps(Path file) throws IOException {
        try (SafeTensors source = SafeTensors.open(file)) {
            return Long.parseLong(source.metadata().getOrDefault(STEP, "0"));
        }
    }

    private void saveCheckpoint() {
        descent.checkpoints()
                .filter(checkpoints ->
                        step() % checkpoints.updates() == 0 && descent.worker().rank() == 0)
                .ifPresent(checkpoints -> {
                    try {
                        saveState(checkpoints.file(), Map.of());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    private Evaluation epoch(Dataset train, int number, long interrupted, Fitting fitting) {
        Measurement measurement = new Measurement();
        int steps = 0;
        // The order depends on the updates done, not on the epoch's number, so that a second fit goes on with new
        // orders.
        Iterator<Batch> batches =
                train.shuffled(model.graph().seed() * 31 + descent.updates()).iterator();
        descent.takeOwnWeights();
        while (batches.hasNext() && fitting.goesOn()) {
            List<Batch> whole = new ArrayList<>();
            while (batches.hasNext() && whole.size() < descent.batchesPerUpdate()) {
                whole.add(batches.next());
            }
            steps++;
            if (descent.updates() < interrupted) {
                descent.passOver(whole.size());
                continue;
            }
            List<Batch> group = whole.stream()
                    .flatMap(batch ->
                            batch.part(descent.worker().rank(), descent.worker().workers()).stream())
                    .map(this::asTrained)
                    .toList();
            descent.step(
                    group.stream().map(this::arrays).toList(),
                    whole.size(),
                    (results, index) -> measurement.add(results, group.get(index)));
            measurement.share(descent.worker());
            saveCheckpoint();
            int samples = whole.stream().mapToInt(Batch::size).sum();
            Evaluation soFar = measurement.evaluation();
            double learningRate = descent.learningRate(descent.updates() - 1);
            Callback.StepEnd end =
                    new Callback.StepEnd(number, steps, samples, soFar.loss(), soFar.metrics(), learningRate, fitting);
            fitting.tell(callback -> callback.onStepEnd(end));
        }
        descent.takeAverages();
        return measurement.evaluation();
    }

    private Batch asTrained(Batch batch) {
        return descent.takesBatchesTwice() ? batch.twice() : batch;
    }

    private Map<String, INDArray> arrays(Batch batch) {
        Map<String, INDArray> arrays = inputs.arrays(batch.inputs());
        arrays.putAll(labels.arrays(batch.labels()));
        return arrays;
    }

    /** What a step is measured by: the loss's terms and, where there are metrics, the first output. */
    private Stream<SDVariable> measured() {
        Stream<SDVariable> sums = terms.stream()
                .flatMap(term -> Stream.of(
                        term.numerator().variable(), term.denominator().variable()));
        Stream<SDVariable> outputs = metrics.isEmpty()
                ? Stream.of()
                : Stream.of(model.outputs().get(0).variable());
        return Stream.concat(sums, outputs);
    }

    /** Adds up sums, not means, so that batches of different sizes count for what they hold. */
    private final class Measurement {
        /** Of numerators and denominators in turn. */
        private final double[] sums = new double[2 * terms.size()];
        /** Those that no other worker has been told of. */
        private final double[] own = new double[sums.length];

        private final List<Metric.Tally> tallies =
                metrics.stream().map(Metric::start).toList();

        void add(Results results, Batch batch) {
            for (int i = 0; i < terms.size(); i++) {
                own[2 * i] += results.floats(terms.get(i).numerator().variable())[0];
                own[2 * i + 1] += results.floats(terms.get(i).denominator().variable())[0];
            }
            if (!tallies.isEmpty()) {
                FloatValues output = Predictor.values(results, model.outputs().get(0));
                tallies.forEach(tally -> tally.add(output, batch.labels().get(0)));
            }
        }

        /** Makes the sums those of all workers. */
        void share(AllReduce worker) {
            worker.sum(own);
            for (int i = 0; i < sums.length; i++) {
                sums[i] += own[i];
                own[i] = 0;
            }
        }

        Evaluation evaluation() {
            double loss = 0;
            for (int i = 0; i < sums.length; i += 2) {
                loss += sums[i] / sums[i + 1];
            }
            Map<String, Double> values = new LinkedHashMap<>();
            for (int i = 0; i < metrics.size(); i++) {
                values.put(metrics.get(i).name(), tallies.get(i).value());
            }
            return new Evaluation(loss, values);
        }
    }
}
