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

    /** A checkpoint's BERT, see {@link Bert#load(Graph, Path)}. */
    static BertSource checkpoint(Path checkpoint, TrainingOptions options) {
        return graph -> {
            BertConfig config = BertConfig.of(checkpoint);
            return Bert.load(
                    graph, checkpoint, options.gelu().map(config::withGelu).orElse(config));
        };
    }
}
