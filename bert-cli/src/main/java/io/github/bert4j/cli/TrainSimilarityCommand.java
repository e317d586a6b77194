package io.github.bert4j.cli;

import io.github.bert4j.bundle.Task;
import io.github.bert4j.datasets.PairFiles;
import io.github.bert4j.similarity.Pooling;
import io.github.bert4j.similarity.ScoredPair;
import io.github.bert4j.similarity.SentenceEncoder;
import io.github.bert4j.task.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code train similarity}. */
@Command(
        name = "similarity",
        description = {
            "Learn vectors that are the closer the more similar the texts are; the best epoch is that of the best"
                    + " Spearman correlation.",
            "FILE: lines of score, TAB, text, TAB, text; scores are 0 and 1, or any scale: only their order counts."
        })
final class TrainSimilarityCommand extends TrainTaskCommand<ScoredPair> {
    @Option(
            names = "--pooling",
            paramLabel = "cls|mean|max",
            description = "The vector of [CLS], or the mean or the largest of the tokens' numbers.")
    private Pooling pooling = Pooling.CLS;

    TrainSimilarityCommand() {
        super(Task.SIMILARITY, "spearman", 5, SentenceEncoder.DEFAULTS);
    }

    @Override
    List<ScoredPair> read(List<Path> files, Consumer<String> warnings) throws IOException {
        return PairFiles.read(files, warnings);
    }

    @Override
    List<ScoredPair> readValidation(List<Path> files, Consumer<String> warnings) throws IOException {
        return PairFiles.readMeasurable(files, warnings);
    }

    @Override
    SentenceEncoder start(Path checkpoint, TrainingOptions options) throws IOException {
        return SentenceEncoder.fromCheckpoint(checkpoint, pooling, options);
    }
}
