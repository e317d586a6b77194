package io.github.bert4j.cli;

import io.github.bert4j.bundle.Task;
import io.github.bert4j.datasets.ReviewFiles;
import io.github.bert4j.sentiment.Review;
import io.github.bert4j.sentiment.SentimentClassifier;
import io.github.bert4j.task.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Command;

/** {@code train sentiment}. */
@Command(
        name = "sentiment",
        description = {
            "Learn to tell positive texts from negative ones; the best epoch is that of the best accuracy.",
            "FILE: lines of label (0 or 1), TAB, text; or neg.xls and pos.xls; or a directory with these two."
        })
final class TrainSentimentCommand extends TrainTaskCommand<Review> {
    TrainSentimentCommand() {
        super(Task.SENTIMENT, "accuracy", 5, SentimentClassifier.DEFAULTS);
    }

    @Override
    List<Review> read(List<Path> files, Consumer<String> warnings) throws IOException {
        return ReviewFiles.read(files, warnings);
    }

    @Override
    SentimentClassifier start(Path checkpoint, TrainingOptions options) throws IOException {
        return SentimentClassifier.fromCheckpoint(checkpoint, options);
    }
}
