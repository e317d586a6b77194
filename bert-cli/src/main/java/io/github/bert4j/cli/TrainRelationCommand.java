package io.github.bert4j.cli;

import io.github.bert4j.bundle.Task;
import io.github.bert4j.datasets.RelationFiles;
import io.github.bert4j.relation.AnnotatedText;
import io.github.bert4j.relation.RelationExtractor;
import io.github.bert4j.task.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code train relation}. */
@Command(
        name = "relation",
        description = {
            "Learn to find triples of subject, predicate and object; the best epoch is that of the best F1.",
            "FILE: JSON lines {\"text\", \"spo_list\": [{\"subject\", \"predicate\", \"object\"}]}."
        })
final class TrainRelationCommand extends TrainTaskCommand<AnnotatedText> {
    private static final int EPOCHS = 20;

    @Option(
            names = "--schema",
            required = true,
            paramLabel = "SCHEMA",
            description = "JSON lines {\"predicate\"}: those to learn.")
    private Path schema;

    private List<String> predicates;

    TrainRelationCommand() {
        super(Task.RELATION, "f1", EPOCHS, RelationExtractor.DEFAULTS);
    }

    @Override
    List<AnnotatedText> read(List<Path> files, Consumer<String> warnings) throws IOException {
        predicates = RelationFiles.predicates(schema, warnings);
        return RelationFiles.read(files, warnings);
    }

    @Override
    List<AnnotatedText> readValidation(List<Path> files, Consumer<String> warnings) throws IOException {
        return RelationFiles.gold(files, predicates, warnings);
    }

    @Override
    RelationExtractor start(Path checkpoint, TrainingOptions options) throws IOException {
        return RelationExtractor.fromCheckpoint(checkpoint, predicates, options);
    }
}
