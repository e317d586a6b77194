package io.github.bert4j.task;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.bundle.BundleException;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Natives;
import io.github.bert4j.kernels.Precision;
import io.github.bert4j.kernels.onednn.OneDnn;
import io.github.bert4j.tokenize.Tokenization;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * All that the library knows of a task, said in one place beside it: the command line, the server, Spark, ONNX export and
 * bundles are written against this.
 *
 * <p>A task of your own is a public class that implements it, has a constructor without arguments, and is named in
 * {@code META-INF/services/io.github.bert4j.task.TaskType} of its jar. The context class loader finds it.
 *
 * @param <S> a labelled record
 * @param <H> what a bundle keeps of it
 * @param <M> its model
 */
public interface TaskType<S, H extends TaskHead<S>, M extends TaskModel<S, ?, ?>> {

    /** What is known of it before there is any data. */
    TaskFacts facts();

    /** In bundles and on the command line. */
    default String name() {
        return facts().name();
    }

    /**
     * How a checkpoint reads texts: by the recipe's tokens, and letters as the checkpoint's files and vocabulary need them.
     * Where the vocabulary has no characters, as one of bytes, the tokens are the checkpoint's own.
     */
    default Tokenization tokenization(Path checkpoint) throws IOException {
        return Bert.tokenization(checkpoint, facts().tokenization().tokens());
    }

    /** A recipe's own reading, letters too, but for a vocabulary without characters. */
    static Tokenization exactly(Tokenization recipe, Path checkpoint) throws IOException {
        Tokenization possible = Bert.tokenization(checkpoint, recipe.tokens());
        return possible.tokens() == recipe.tokens() ? recipe : possible;
    }

    /** What is asked of models of the task; a model may ask for less, see {@link TaskHead#fields}. */
    default QuestionFields questions() {
        return QuestionFields.text();
    }

    /** The task's own options. */
    default List<TaskOption<?>> options() {
        return List.of();
    }

    /** A record: the labelled data as fields of JSON objects and tables' columns, see {@link LabelledFields}. */
    Class<? extends LabelledFields<S>> fields();

    /** The labels of a record, for the report of what was read: classes, predicates, types; none where there is no such thing. */
    default List<String> labels(S sample) {
        return List.of();
    }

    /** Whether its models give a text probabilities of labels, which {@link io.github.bert4j.train.RDrop} compares. */
    default boolean labelsWholeTexts() {
        return true;
    }

    /** Whether what the model says is a {@link NumericAnswer}. */
    default boolean isNumeric() {
        return false;
    }

    /** The type of the heads. */
    Class<H> head();

    /**
     * What a model is to be made for that learns from some data: their labels, and what was chosen.
     *
     * @param warnings told what is odd about what options name
     * @throws IllegalArgumentException if no model can be made for these
     * @throws IOException if a file that an option names cannot be read
     */
    H head(List<S> train, TaskOptions chosen, TrainingOptions options, Consumer<String> warnings) throws IOException;

    /** How a model with this head is trained further, if nothing else is said. */
    TrainingOptions options(H head);

    /** Makes a model on a BERT, in the graph of that. */
    M build(H head, Backbone backbone);

    /**
     * Lets several models answer together; they are closed with the result.
     *
     * @throws IllegalArgumentException if the task has no such thing, or they do not fit
     */
    default TrainedModel<S> together(List<M> models) {
        throw new IllegalArgumentException("Bundles for %s cannot answer together".formatted(name()));
    }

    /**
     * A model to be trained, on a checkpoint's weights.
     *
     * @param checkpoint see {@link Bert#load(Graph, Path)}
     * @throws IllegalArgumentException if the machine cannot compute in the precision asked for
     */
    default M fromCheckpoint(Path checkpoint, H head, TrainingOptions options) throws IOException {
        Tokenization tokenization =
                options.tokenization().isPresent() ? options.tokenization().get() : tokenization(checkpoint);
        return Backbone.onCheckpoint(
                checkpoint, options, bert -> build(head, new Backbone(name(), bert, options, tokenization)));
    }

    /** As {@link #fromCheckpoint}, on the BERT of a bundle of any task, whose GELU and tokenizer are known. */
    default M onBundle(Bundle bundle, H head, TrainingOptions options) throws IOException {
        Tokenization tokenization = options.tokenization()
                .orElseGet(() -> bundle.tokenization()
                        .map(own -> facts().tokenization().withLowerCase(own.lowerCase()))
                        .orElse(facts().tokenization()));
        return Backbone.on(
                bundle::trainedBert, options, bert -> build(head, new Backbone(name(), bert, options, tokenization)));
    }

    /**
     * A trained model.
     *
     * @param path a bundle that {@link TaskModel#save} wrote, or a zip of it
     * @throws BundleException if it is damaged, or of another task
     */
    default M load(Path path) throws IOException {
        Natives.begin(); // while files are checked
        try (Bundle bundle = Bundle.open(path)) {
            return load(bundle, Precision.FLOAT32);
        }
    }

    /**
     * A trained model to be trained further, in another way than it was: {@code options(bundle)} are those that it was trained
     * with, and {@link #load(Path)} goes on with them.
     *
     * <pre>{@code
     * model = type.load(path, type.options(path).withLearningRate(1e-4));
     * }</pre>
     *
     * @param path a bundle that {@link TaskModel#save} wrote, or a zip of it
     * @throws IllegalArgumentException if the machine cannot compute in the precision asked for
     * @throws BundleException if it is damaged, or of another task
     */
    default M load(Path path, TrainingOptions options) throws IOException {
        Natives.begin();
        try (Bundle bundle = Bundle.open(path)) {
            return load(bundle, options);
        }
    }

    /** The options that a bundle was trained with; those of its head's task, where it kept none. A tuning is not kept. */
    default TrainingOptions options(Path path) throws IOException {
        try (Bundle bundle = Bundle.open(path)) {
            return options(bundle);
        }
    }

    /** As {@link #options(Path)}, of a bundle that is open. */
    default TrainingOptions options(Bundle bundle) throws IOException {
        try {
            TrainingOptions own = options(bundle.head(name(), head()));
            return bundle.training().map(own::with).orElse(own);
        } catch (IllegalArgumentException e) {
            throw bundle.unusable(e);
        }
    }

    /**
     * As {@link #load(Path)}, for code that opened the bundle to see its task; the bundle can be closed afterwards.
     *
     * @param precision of matrix products; a bundle of 8 bits that is to be loaded in {@link Precision#FLOAT32} computes in
     *     {@link Precision#INT8} where the machine can
     * @throws IllegalArgumentException if the machine cannot compute in it
     * @throws BundleException if the bundle asks for what cannot be made
     */
    default M load(Bundle bundle, Precision precision) throws IOException {
        boolean int8 = bundle.isInt8() && precision == Precision.FLOAT32 && OneDnn.isAvailable();
        return load(bundle, options(bundle).withPrecision(int8 ? Precision.INT8 : precision));
    }

    /** As {@link #load(Path, TrainingOptions)}, of a bundle that is open. */
    default M load(Bundle bundle, TrainingOptions options) throws IOException {
        new Graph(0, options.precision()).close(); // the one argument that is the caller's; all others are the bundle's
        return load(bundle, options, () -> new Graph(options.seed(), options.precision()), bundle::bert);
    }

    /**
     * As {@link #load(Bundle, Precision)}, of the bundle of an adapter, on a base that is in memory.
     *
     * @throws BundleException if the bundle adapts another base
     */
    default M load(Bundle bundle, Base base) throws IOException {
        TrainingOptions options = options(bundle).withPrecision(base.precision());
        return load(bundle, options, () -> base.share(options.seed()), graph -> base.adapted(graph, bundle));
    }

    private M load(Bundle bundle, TrainingOptions options, Supplier<Graph> empty, Backbone.Source source)
            throws IOException {
        H head = bundle.head(name(), head());
        M model;
        try {
            Tokenization tokenization = bundle.tokenization().orElse(facts().tokenization());
            model = Backbone.in(
                    empty.get(), source, bert -> build(head, new Backbone(name(), bert, options, tokenization)));
        } catch (IllegalArgumentException e) {
            throw bundle.unusable(e);
        }
        return Opened.orClosed(model, loaded -> {
            bundle.loadWeights(loaded.model());
            return loaded;
        });
    }

    /**
     * The task that a bundle was trained for.
     *
     * @throws BundleException if its task is not on the class path
     */
    static TaskType<?, ?, ?> of(Bundle bundle) throws BundleException {
        try {
            return named(bundle.task());
        } catch (IllegalArgumentException e) {
            throw bundle.unusable(e);
        }
    }

    /** All tasks on the class path, those of the library first. */
    static List<TaskType<?, ?, ?>> all() {
        return ServiceLoader.load(TaskType.class).stream()
                .<TaskType<?, ?, ?>>map(ServiceLoader.Provider::get)
                .collect(Collectors.toList());
    }

    /**
     * The task of this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    static TaskType<?, ?, ?> named(String name) {
        List<TaskType<?, ?, ?>> all = all();
        return all.stream()
                .filter(type -> type.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "There is no task \"%s\" on the class path: expected one of %s, or the jar that has it"
                                .formatted(
                                        name, all.stream().map(TaskType::name).toList())));
    }
}
