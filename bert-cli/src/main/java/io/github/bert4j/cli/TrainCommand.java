package io.github.bert4j.cli;

import io.github.bert4j.task.TaskType;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code train TASK}, for all tasks on the class path. */
@Command(name = "train", description = "Fine-tune BERT for a task and save it as a bundle.")
final class TrainCommand implements Runnable {
    @ParentCommand
    private Bert4j program;

    @Spec
    private CommandSpec spec;

    /** Gives {@code train} a command for each task. */
    static void addTasks(CommandLine train) {
        TaskType.all().forEach(type -> train.addSubcommand(TrainTaskCommand.of(type)));
    }

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
