package io.github.bert4j.cli;

import io.github.bert4j.bundle.Task;
import io.github.bert4j.datasets.JointFiles;
import io.github.bert4j.joint.JointLabels;
import io.github.bert4j.joint.JointRecognizer;
import io.github.bert4j.joint.JointText;
import io.github.bert4j.task.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code train joint}. */
@Command(
        name = "joint",
        description = {
            "Learn to say what a text is and to find the entities in it, as intent and slots of commands; the best epoch is that"
                    + " of the most texts with both right.",
            "FILE: JSON lines {\"text\", \"label\", \"entities\": [{\"start\", \"end\", \"label\"}]}. Texts are read up to --max-length."
        })
final class TrainJointCommand extends TrainTaskCommand<JointText> {
    private static final int EPOCHS = 10;

    @Option(
            names = "--entity-weight",
            paramLabel = "W",
            description = "What the loss of the entities is multiplied by before that of the label is added.")
    private double entityWeight = JointRecognizer.DEFAULT_ENTITY_WEIGHT;

    private JointLabels labels;

    TrainJointCommand() {
        super(Task.JOINT, "sentenceAccuracy", EPOCHS, JointRecognizer.DEFAULTS);
    }

    @Override
    List<JointText> read(List<Path> files, Consumer<String> warnings) throws IOException {
        List<JointText> texts = JointFiles.read(files, warnings);
        labels = JointLabels.of(texts);
        return texts;
    }

    @Override
    List<JointText> readValidation(List<Path> files, Consumer<String> warnings) throws IOException {
        return JointFiles.gold(files, labels, warnings);
    }

    @Override
    JointRecognizer start(Path checkpoint, TrainingOptions options) throws IOException {
        return JointRecognizer.fromCheckpoint(checkpoint, labels, options, entityWeight);
    }
}
