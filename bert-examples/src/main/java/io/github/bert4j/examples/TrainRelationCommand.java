package io.github.bert4j.examples;

import io.github.bert4j.relation.AnnotatedText;
import io.github.bert4j.relation.RelationOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code train relation}. */
@Command(
        name = "relation",
        description = {
            "Learn to find triples of subject, predicate and object.",
            "With --valid the bundle holds the epoch of the best F1, else the last one. The last line of stdout is a JSON"
                    + " object with the measurements of the epoch that was saved."
        })
final class TrainRelationCommand implements Callable<Integer> {
    private static final RelationOptions DEFAULTS = RelationOptions.DEFAULTS;
    private static final int EPOCHS = 20;

    @ParentCommand
    private TrainCommand parent;

    @Mixin
    private CheckpointOptions checkpoint;

    @Mixin
    private ComputeOptions compute;

    @Option(
            names = "--train",
            required = true,
            arity = "1..*",
            paramLabel = "FILE",
            description = "JSON lines {\"text\", \"spo_list\": [{\"subject\", \"predicate\", \"object\"}]}.")
    private List<Path> train;

    @Option(
            names = "--valid",
            showDefaultValue = Visibility.NEVER,
            arity = "1..*",
            paramLabel = "FILE",
            description = "The same, to be measured after every epoch.")
    private List<Path> valid = List.of();

    @Option(
            names = "--schema",
            required = true,
            paramLabel = "FILE",
            description = "JSON lines {\"predicate\"}: those to learn.")
    private Path schema;

    @Mixin
    private TrainingOptions training =
            new TrainingOptions(EPOCHS, DEFAULTS.batchSize(), DEFAULTS.learningRate(), DEFAULTS.seed());

    @Option(
            names = "--max-length",
            paramLabel = "N",
            description = "Characters read of each text in training; predictions see whole texts.")
    private int maxLength = DEFAULTS.maxTrainingLength();

    @Override
    public Integer call() throws IOException {
        RelationOptions options = training.check(() -> new RelationOptions(
                maxLength,
                training.batch(),
                training.learningRate(),
                DEFAULTS.thresholds(),
                checkpoint.gelu(),
                training.seed()));
        Console console = parent.console();
        List<String> predicates = RelationFiles.predicates(schema, console::log);
        List<AnnotatedText> texts = RelationFiles.texts(train, console::log);
        List<AnnotatedText> validation =
                valid.isEmpty() ? List.of() : RelationFiles.gold(valid, predicates, console::log);
        console.printJson(new RelationTraining(
                        checkpoint, compute, predicates, options, training.epochs(), texts, validation, training.out())
                .run(new TrainingProgress(console)));
        compute.end(console);
        return ExitCode.OK;
    }
}
