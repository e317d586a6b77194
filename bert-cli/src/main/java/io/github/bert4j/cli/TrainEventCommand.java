package io.github.bert4j.cli;

import io.github.bert4j.bundle.Task;
import io.github.bert4j.datasets.EventFiles;
import io.github.bert4j.datasets.EventRow;
import io.github.bert4j.event.LabelledEvent;
import io.github.bert4j.event.SubjectExtractor;
import io.github.bert4j.task.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Command;

/** {@code train event}. */
@Command(
        name = "event",
        description = {
            "Learn to find whose event it is that a text tells of; the best epoch is that of the best exact match.",
            "FILE: CSV without a header: id, text, event type, entity; the type 其他 stands for no event."
        })
final class TrainEventCommand extends TrainTaskCommand<LabelledEvent> {
    TrainEventCommand() {
        super(Task.EVENT, "exactMatch", SubjectExtractor.DEFAULT_EPOCHS, SubjectExtractor.DEFAULTS);
    }

    @Override
    List<LabelledEvent> read(List<Path> files, Consumer<String> warnings) throws IOException {
        return EventRow.labelled(EventFiles.read(files, warnings));
    }

    @Override
    List<LabelledEvent> readValidation(List<Path> files, Consumer<String> warnings) throws IOException {
        List<LabelledEvent> rows = read(files, warnings);
        EventTask.requireMeasurable(rows);
        return rows;
    }

    @Override
    SubjectExtractor start(Path checkpoint, TrainingOptions options) throws IOException {
        return SubjectExtractor.fromCheckpoint(checkpoint, options);
    }
}
