package io.github.bert4j.task;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.bert.BertConfig;
import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.kernels.Precision;
import java.io.IOException;
import java.nio.file.Path;

/**
 * One BERT in memory for the models of many adapters, each of which takes little more than what it has learned.
 *
 * <pre>{@code
 * try (var base = Base.load(Path.of("chinese_L-12_H-768_A-12"));
 *         var topics = base.open(Path.of("topics"));
 *         var moods = base.open(Path.of("moods"))) {
 *     topics.answer(questions);
 *     moods.answer(questions);
 * }
 * }</pre>
 *
 * <p>Any number of threads may ask the models at a time. They answer as each would alone, to the last digit.
 */
public final class Base implements AutoCloseable {
    private final Bert bert;
    private final String checksum;
    private final Precision precision;

    private Base(Bert bert, Precision precision) {
        this.bert = bert;
        this.checksum = bert.checksum();
        this.precision = precision;
    }

    /** As {@link #load(Path, Precision)}, in float32. */
    public static Base load(Path checkpoint) throws IOException {
        return load(checkpoint, Precision.FLOAT32);
    }

    /**
     * Loads a checkpoint, or the BERT of a bundle.
     *
     * @param checkpoint see {@link Bert#load(Graph, Path)}
     * @param precision of matrix products
     * @throws IllegalArgumentException if the machine cannot compute in it
     */
    public static Base load(Path checkpoint, Precision precision) throws IOException {
        return Opened.orClosed(new Graph(0, precision), graph -> new Base(read(graph, checkpoint), precision));
    }

    /** The base that the bundle of an adapter names. */
    public static Base of(Bundle bundle, Precision precision) throws IOException {
        return Opened.orClosed(new Graph(0, precision), graph -> new Base(bundle.base(graph), precision));
    }

    private static Bert read(Graph graph, Path checkpoint) throws IOException {
        if (Bundle.isBundle(checkpoint)) {
            try (Bundle bundle = Bundle.open(checkpoint)) {
                return bundle.trainedBert(graph);
            }
        }
        return Bert.load(graph, checkpoint, BertConfig.of(checkpoint));
    }

    /**
     * Loads the bundle of an adapter, or a zip of it, as a model on this base, which stays in memory until both are closed.
     *
     * @throws io.github.bert4j.bundle.BundleException if the bundle is damaged, or adapts another base
     */
    public TrainedTask<?> load(Bundle bundle) throws IOException {
        return load(TaskType.of(bundle), bundle);
    }

    /** As {@link #load(Bundle)}. */
    public TrainedTask<?> open(Path path) throws IOException {
        try (Bundle bundle = Bundle.open(path)) {
            return load(bundle);
        }
    }

    private <S, M extends TaskModel<S, ?, ?>> TrainedTask<S> load(TaskType<S, ?, M> type, Bundle bundle)
            throws IOException {
        return new TrainedTask<>(type, type.load(bundle, this));
    }

    /** SHA-256 of its weights, by which bundles of adapters name it. */
    public String checksum() {
        return checksum;
    }

    Precision precision() {
        return precision;
    }

    /** A graph that computes in this one's memory. */
    Graph share(long seed) {
        return Graph.sharing(seed, bert.graph());
    }

    /** Its BERT, adapted as a bundle says. */
    Bert adapted(Graph sharing, Bundle bundle) throws IOException {
        return bundle.adapt(Bert.sharing(sharing, bert), checksum);
    }

    /** Frees the native memory, once the models on it are closed. */
    @Override
    public void close() {
        bert.graph().close();
    }
}
