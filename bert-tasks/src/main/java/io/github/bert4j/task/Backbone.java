package io.github.bert4j.task;

import io.github.bert4j.bert.Adapter;
import io.github.bert4j.bert.Bert;
import io.github.bert4j.bert.BertConfig;
import io.github.bert4j.bert.LowRank;
import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.bundle.BundleWriter;
import io.github.bert4j.bundle.OnnxExport;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.models.CompiledModel;
import io.github.bert4j.models.History;
import io.github.bert4j.models.Model;
import io.github.bert4j.models.Prediction;
import io.github.bert4j.onnx.OnnxModel;
import io.github.bert4j.text.TextWindows;
import io.github.bert4j.text.Window;
import io.github.bert4j.tokenize.Encoding;
import io.github.bert4j.tokenize.OurTokenizer;
import io.github.bert4j.tokenize.Tokenization;
import io.github.bert4j.tokenize.Tokenizer;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.LearningRateSchedule;
import io.github.bert4j.train.Optimizer;
import io.github.bert4j.train.Validation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * BERT in a graph of its own, with its tokenizer and options, and what every task does with these.
 *
 * <p>A task's model holds one, builds its head on {@link #bert()}, and closes it.
 */
public final class Backbone implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Backbone.class);

    /** What a task's own training learns. */
    private static final String TASK = "task";

    /** Not the training batch: a loaded model must add up the same numbers in the same order as the saved one. */
    private static final int PREDICTED_TOGETHER = 32;

    private final String task;
    private final Bert bert;
    private final TrainingOptions options;
    private final Tokenization tokenization;
    private final Tokenizer tokenizer;
    private final LongAdder cut = new LongAdder();
    /** By what it is that they learn. */
    private final Map<String, CompiledModel> compiled = new HashMap<>();

    /** How a learning rate falls. */
    public enum Decay {
        NONE,
        /** In a straight line. */
        LINEAR,
        /** Like half a cosine. */
        COSINE
    }

    /** The learning rate of a recipe. */
    @FunctionalInterface
    public interface Recipe {
        /** @param steps of an epoch */
        LearningRateSchedule rate(double peak, long steps, int epochs);

        /** As it is chosen, all the time. */
        static Recipe constant() {
            return (peak, steps, epochs) -> LearningRateSchedule.constant(peak);
        }

        /**
         * Rises to the peak, and stays there or falls to 0 by the end.
         *
         * @param warmUp the part of all steps in which it rises, from 0 and below 1
         */
        static Recipe warmUpThen(double warmUp, Decay decay) {
            return (peak, steps, epochs) -> {
                long all = steps * epochs;
                long rise = Math.min(all - 1, Math.round(warmUp * all));
                LearningRateSchedule fall = switch (decay) {
                    case NONE -> LearningRateSchedule.constant(peak);
                    case LINEAR -> LearningRateSchedule.polynomialDecay(peak, 0, 1, all - rise);
                    case COSINE -> LearningRateSchedule.cosineDecay(peak, 0, all - rise);
                };
                return fall.afterWarmUp(rise);
            };
        }

        /** Rises to the peak in the first epoch, and falls to a fifth of it in the second. */
        static Recipe twoPhase() {
            return (peak, steps, epochs) -> LearningRateSchedule.twoPhase(peak, peak / 5, steps);
        }
    }

    /** Brings BERT, with weights or without, into a new graph. */
    @FunctionalInterface
    interface Source {
        Bert load(Graph graph) throws IOException;

        /** A checkpoint's, see {@link Bert#load(Graph, Path)}. */
        static Source checkpoint(Path checkpoint, TrainingOptions options) {
            return graph -> {
                requireNoBundle(checkpoint);
                BertConfig config = BertConfig.of(checkpoint);
                return Bert.load(
                        graph, checkpoint, options.gelu().map(config::withGelu).orElse(config));
            };
        }
    }

    /** What it was trained for would be dropped without a word. */
    private static void requireNoBundle(Path checkpoint) throws IOException {
        if (Bundle.isBundle(checkpoint)) {
            try (Bundle bundle = Bundle.open(checkpoint)) {
                throw new IllegalArgumentException(
                        "%s is a bundle, trained for %s, and no checkpoint: load(path, options) goes on with it; onBundle(bundle, head, options) of a TaskType takes its encoder alone"
                                .formatted(checkpoint, bundle.task()));
            }
        }
    }

    /**
     * For a model that was not made by its {@link TaskType}.
     *
     * @param task its name
     * @param tokenization by which the model reads texts
     */
    public Backbone(String task, Bert bert, TrainingOptions options, Tokenization tokenization) {
        this.task = task;
        this.bert = bert;
        this.options = options;
        this.tokenization = tokenization;
        this.tokenizer = bert.tokenizer(tokenization);
        options.tuning().lowRank().ifPresent(lowRank -> adapt(bert, lowRank));
    }

    private static void adapt(Bert bert, LowRank lowRank) {
        Optional<LowRank> own = bert.adapter().map(Adapter::settings);
        if (own.isEmpty()) {
            bert.adapt(lowRank);
        } else if (!own.get().equals(lowRank)) {
            throw new IllegalArgumentException(
                    "The model has an adapter of %s already: expected to go on with it, or to merge it first"
                            .formatted(own.get()));
        }
    }

    /**
     * Builds something on a checkpoint's BERT, in a new graph that is closed if that fails.
     *
     * @param checkpoint see {@link Bert#load(Graph, Path)}
     */
    public static <T> T onCheckpoint(Path checkpoint, TrainingOptions options, Function<Bert, T> building)
            throws IOException {
        return on(Source.checkpoint(checkpoint, options), options, building);
    }

    static <T> T on(Source source, TrainingOptions options, Function<Bert, T> building) throws IOException {
        return in(new Graph(options.seed(), options.precision()), source, building);
    }

    /** Builds something in a graph, which is closed if that fails. */
    public static <T> T inGraph(Graph empty, Function<Graph, T> building) throws IOException {
        return Opened.orClosed(empty, building::apply);
    }

    /** As {@link #on}, in a graph that is there. */
    static <T> T in(Graph empty, Source source, Function<Bert, T> building) throws IOException {
        return Opened.orClosed(empty, graph -> building.apply(source.load(graph)));
    }

    public Bert bert() {
        return bert;
    }

    public Graph graph() {
        return bert.graph();
    }

    public TrainingOptions options() {
        return options;
    }

    /** How texts are read. */
    public Tokenization tokenization() {
        return tokenization;
    }

    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** A text as the model reads it, cut where it is longer than the maximum length. */
    public Encoding encode(String text) {
        return counted(tokenizer.encode(text, length(2)));
    }

    /** As {@link #encode(String)}, of two texts. */
    public Encoding encode(String first, String second) {
        return counted(tokenizer.encode(first, second, length(3)));
    }

    private Encoding counted(Encoding encoding) {
        if (encoding.isCut()) {
            cut.increment();
        }
        return encoding;
    }

    /** How often a text was cut so far. */
    public long cut() {
        return cut.sum();
    }

    /**
     * The tokenizer, for tasks that find stretches of a text.
     *
     * @throws IllegalArgumentException if it is not one of a token per character
     */
    public OurTokenizer characters() {
        if (tokenizer instanceof OurTokenizer characters) {
            return characters;
        }
        throw new IllegalArgumentException(
                "The tokenizer makes %s, but this task finds stretches of a text: expected a token per character"
                        .formatted(tokenization));
    }

    /** The maximum length, with special tokens, but no more than the model can read at once. */
    public int length(int specialTokens) {
        return (int) Math.min(bert.config().longestInput(), (long) options.maxLength() + specialTokens);
    }

    /** Cuts texts into parts of so many tokens at most. */
    public TextWindows windows(int tokens) {
        return new TextWindows(tokenizer, tokens);
    }

    /** What is learned from, in the batches of the options. */
    public <T> Dataset dataset(List<T> rows, Function<T, Sample> sample) {
        return Dataset.of(rows, options.batchSize(), sample);
    }

    /** What a model says of each row, in the order given; those of similar length are computed together. */
    public <T> List<Prediction> predict(Model model, List<T> rows, Function<T, Sample> sample) {
        if (rows.isEmpty()) {
            return List.of();
        }
        List<Prediction> predictions = model.predict(Dataset.of(rows, PREDICTED_TOGETHER, sample));
        NonFiniteAnswerException.requireNumbers(predictions, model);
        return predictions;
    }

    /**
     * What a model says of the windows of texts, those of similar length together whatever their texts.
     *
     * @return one prediction per window, by text
     */
    public List<List<Prediction>> predictWindows(
            Model model, List<List<Window>> windows, Function<Window, Sample> sample) {
        List<Prediction> all =
                predict(model, windows.stream().flatMap(List::stream).toList(), sample);
        List<List<Prediction>> byText = new ArrayList<>();
        int read = 0;
        for (List<Window> ofText : windows) {
            byText.add(all.subList(read, read + ofText.size()));
            read += ofText.size();
        }
        return byText;
    }

    /**
     * Trains; the model is compiled in the first call, for the number of its steps.
     *
     * @param texts those of the data; what the vocabulary does not have of them is told in a warning
     * @param data made while no one else trains
     */
    public History fit(
            Stream<String> texts,
            Supplier<Dataset> data,
            int epochs,
            Recipe recipe,
            Function<Optimizer, CompiledModel> compile,
            Validation validation,
            Callback... callbacks) {
        return fit(TASK, texts, data, epochs, recipe, compile, validation, callbacks);
    }

    /**
     * As {@link #fit(Stream, Supplier, int, Recipe, Function, Validation, Callback...)}, to learn something else than the task
     * itself, from which the task's own compiled model stays apart.
     *
     * @param purpose what is learned
     */
    public History fit(
            String purpose,
            Stream<String> texts,
            Supplier<Dataset> data,
            int epochs,
            Recipe recipe,
            Function<Optimizer, CompiledModel> compile,
            Validation validation,
            Callback... callbacks) {
        int longest = TrainingOptions.longest(bert.config());
        if (options.maxLength() > longest) {
            LOG.warn(
                    "The maximum length is {}, but texts are read up to {} tokens, for which the model has positions",
                    options.maxLength(),
                    longest);
        }
        return graph().training(() -> {
            Dataset dataset = data.get();
            UnknownTokens.in(texts, tokenizer).warning().ifPresent(LOG::warn);
            CompiledModel model = compiled(purpose, recipe, options.tuning().steps(dataset), epochs, compile);
            return model.fit(dataset, epochs, validation, callbacks);
        });
    }

    /** The model with loss and optimizer; backward operations are made when they are first needed. */
    public CompiledModel compiled(Recipe recipe, long steps, int epochs, Function<Optimizer, CompiledModel> compile) {
        return compiled(TASK, recipe, steps, epochs, compile);
    }

    private synchronized CompiledModel compiled(
            String purpose, Recipe recipe, long steps, int epochs, Function<Optimizer, CompiledModel> compile) {
        CompiledModel known = compiled.get(purpose);
        if (known == null) {
            LearningRateSchedule rate =
                    options.tuning().rate().orElse(recipe).rate(options.learningRate(), steps, epochs);
            known = options.tuning().compile(bert, rate, compile);
            compiled.put(purpose, known);
        }
        return known;
    }

    /** Saves a bundle, see {@link TaskModel#save}. */
    public void save(Path directory, Object head, Model model) throws IOException {
        BundleWriter.write(directory, task, head, tokenization, options.settings(), bert, model);
    }

    /** Exports models, see {@link TaskModel#exportOnnx}. */
    public void exportOnnx(Path file, Object head, List<OnnxExport.Part> parts) throws IOException {
        OnnxExport.write(file, task, head, bert, tokenization, parts);
    }

    /** As {@link #exportOnnx(Path, Object, List)}, of one model. */
    public void exportOnnx(Path file, Object head, OnnxModel model) throws IOException {
        exportOnnx(file, head, List.of(new OnnxExport.Part("", model)));
    }

    /** Frees the native memory. */
    @Override
    public void close() {
        graph().close();
    }
}
