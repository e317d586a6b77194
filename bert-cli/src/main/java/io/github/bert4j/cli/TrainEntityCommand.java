package io.github.bert4j.cli;

import io.github.bert4j.bundle.Task;
import io.github.bert4j.datasets.EntityFiles;
import io.github.bert4j.entity.EntityHead;
import io.github.bert4j.entity.EntityRecognizer;
import io.github.bert4j.entity.LabelledText;
import io.github.bert4j.task.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code train entity}. */
@Command(
        name = "entity",
        description = {
            "Learn to find named entities, of the labels that the training data has; the best epoch is that of the best F1.",
            "FILE: lines of a token and a tag (BIO, BIOES, BMES), a blank line behind each sentence; or JSON lines {\"text\","
                    + " \"entities\": [{\"start\", \"end\", \"label\"}]}, or CLUENER's. What is longer than --max-length is read in overlapping"
                    + " windows."
        })
final class TrainEntityCommand extends TrainTaskCommand<LabelledText> {
    private static final int EPOCHS = 10;

    @Option(
            names = "--head",
            paramLabel = "crf|global_pointer",
            description = "What stands on top of BERT; a global pointer also finds entities within others.")
    private EntityHead head = EntityHead.CRF;

    private List<String> labels;

    TrainEntityCommand() {
        super(Task.ENTITY, "f1", EPOCHS, EntityRecognizer.DEFAULTS);
    }

    @Override
    List<LabelledText> read(List<Path> files, Consumer<String> warnings) throws IOException {
        List<LabelledText> texts = EntityFiles.read(files, warnings);
        labels = EntityRecognizer.labels(texts);
        return texts;
    }

    @Override
    List<LabelledText> readValidation(List<Path> files, Consumer<String> warnings) throws IOException {
        return EntityFiles.gold(files, labels, warnings);
    }

    @Override
    EntityRecognizer start(Path checkpoint, TrainingOptions options) throws IOException {
        return EntityRecognizer.fromCheckpoint(checkpoint, labels, head, options);
    }
}
