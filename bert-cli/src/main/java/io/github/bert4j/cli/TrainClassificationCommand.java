package io.github.bert4j.cli;

import io.github.bert4j.bundle.Task;
import io.github.bert4j.classification.ClassifiedText;
import io.github.bert4j.classification.Labelling;
import io.github.bert4j.classification.TextClassifier;
import io.github.bert4j.datasets.ClassificationFiles;
import io.github.bert4j.task.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code train classification}. */
@Command(
        name = "classification",
        description = {
            "Learn to say which of some labels a text has, or a pair; the best epoch is that of the best macro F1.",
            "FILE: lines of label, TAB, text; for a pair another TAB and text. The labels are those of the training data."
        })
final class TrainClassificationCommand extends TrainTaskCommand<ClassifiedText> {
    @Option(
            names = "--multi-label",
            description = "A text may have any number of labels, with commas between them, or none.")
    private boolean multiLabel;

    private List<String> labels;

    TrainClassificationCommand() {
        super(Task.CLASSIFICATION, "macroF1", 5, TextClassifier.DEFAULTS);
    }

    @Override
    List<ClassifiedText> read(List<Path> files, Consumer<String> warnings) throws IOException {
        List<ClassifiedText> texts = ClassificationFiles.of(labelling()).read(files, warnings);
        labels = TextClassifier.labels(texts);
        return texts;
    }

    @Override
    List<ClassifiedText> readValidation(List<Path> files, Consumer<String> warnings) throws IOException {
        List<ClassifiedText> texts = ClassificationFiles.of(labelling()).read(files, warnings);
        ClassificationFiles.reportUnknown(texts, labels, warnings);
        return texts;
    }

    @Override
    TextClassifier start(Path checkpoint, TrainingOptions options) throws IOException {
        return TextClassifier.fromCheckpoint(checkpoint, labels, labelling(), options);
    }

    private Labelling labelling() {
        return multiLabel ? Labelling.MULTI_LABEL : Labelling.MULTI_CLASS;
    }
}
