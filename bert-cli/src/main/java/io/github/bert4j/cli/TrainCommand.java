package io.github.bert4j.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code train TASK}. */
@Command(
        name = "train",
        description = "Fine-tune BERT for a task and save it as a bundle.",
        subcommands = {
            TrainSentimentCommand.class,
            TrainRelationCommand.class,
            TrainEventCommand.class,
            TrainEntityCommand.class,
            TrainClassificationCommand.class,
            TrainSimilarityCommand.class,
            TrainAnswerCommand.class,
            TrainJointCommand.class,
        })
final class TrainCommand implements Runnable {
    @ParentCommand
    private Bert4j program;

    @Spec
    private CommandSpec spec;

    Console console() {
        return program.console();
    }

    Interruption interruption() {
        return program.interruption();
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Which task? Expected one of " + Bert4j.names(spec.commandLine()));
    }
}
