package io.github.bert4j.task;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.bert.BertConfig;
import io.github.bert4j.graph.Graph;
import java.io.IOException;
import java.nio.file.Path;

/** Brings BERT, with weights or without, into a task's new graph. */
@FunctionalInterface
public interface BertSource {
    Bert load(Graph graph) throws IOException;

    /** Makes something of the BERT in a new graph. */
    @FunctionalInterface
    interface Building<T> {
        T on(Bert bert) throws IOException;
    }

    /** What is built on this BERT, in a new graph of these options; the graph is closed where that fails. */
    default <T> T build(TrainingOptions options, Building<T> building) throws IOException {
        Graph graph = new Graph(options.seed(), options.precision());
        boolean built = false;
        try {
            T task = building.on(load(graph));
            built = true;
            return task;
        } finally {
            if (!built) {
                graph.close();
            }
        }
    }

    /** A checkpoint's BERT, see {@link Bert#load(Graph, Path)}. */
    static BertSource checkpoint(Path checkpoint, TrainingOptions options) {
        return graph -> {
            BertConfig config = BertConfig.of(checkpoint);
            return Bert.load(
                    graph, checkpoint, options.gelu().map(config::withGelu).orElse(config));
        };
    }
}
