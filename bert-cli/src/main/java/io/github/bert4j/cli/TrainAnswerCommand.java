package io.github.bert4j.cli;

import io.github.bert4j.answer.AnswerExtractor;
import io.github.bert4j.answer.LabelledQuestion;
import io.github.bert4j.bundle.Task;
import io.github.bert4j.datasets.QuestionFiles;
import io.github.bert4j.task.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Command;

/** {@code train answer}. */
@Command(
        name = "answer",
        description = {
            "Learn to find the part of a passage that answers a question, or that there is none; the best epoch is that of the"
                    + " best F1.",
            "FILE: JSON as of SQuAD v1.1 or v2.0, or of CMRC 2018. --max-length counts question and passage; a longer passage"
                    + " is read in overlapping windows."
        })
final class TrainAnswerCommand extends TrainTaskCommand<LabelledQuestion> {
    TrainAnswerCommand() {
        super(Task.ANSWER, "f1", AnswerExtractor.DEFAULT_EPOCHS, AnswerExtractor.DEFAULTS);
    }

    @Override
    List<LabelledQuestion> read(List<Path> files, Consumer<String> warnings) throws IOException {
        return QuestionFiles.read(files, warnings);
    }

    @Override
    AnswerExtractor start(Path checkpoint, TrainingOptions options) throws IOException {
        return AnswerExtractor.fromCheckpoint(checkpoint, options);
    }
}
