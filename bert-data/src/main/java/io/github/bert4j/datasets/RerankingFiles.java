package io.github.bert4j.datasets;

import io.github.bert4j.similarity.LabelledPair;
import io.github.bert4j.task.TaskOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** {@link PairFiles}, whose first text is a query. */
public final class RerankingFiles implements DatasetReader<LabelledPair> {

    @Override
    public String task() {
        return "reranking";
    }

    @Override
    public List<LabelledPair> read(List<Path> files, TaskOptions chosen, Consumer<String> warnings) throws IOException {
        return PairFiles.read(files, warnings);
    }
}
