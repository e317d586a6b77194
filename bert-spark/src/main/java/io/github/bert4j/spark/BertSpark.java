package io.github.bert4j.spark;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line for a cluster: {@code spark-submit --class io.github.bert4j.spark.BertSpark bert4j-spark.jar COMMAND}. */
@Command(
        name = "bert4j-spark",
        description = "Models of bert4j on Spark.",
        mixinStandardHelpOptions = true,
        subcommands = {PredictCommand.class, TrainCommand.class})
public final class BertSpark implements Runnable {
    @Spec
    private CommandSpec spec;

    private BertSpark() {}

    /** Runs a command; what goes wrong there ends the application. */
    public static void main(String[] arguments) {
        CommandLine commands = new CommandLine(new BertSpark())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    throw failure;
                });
        int code = commands.execute(arguments);
        if (code != CommandLine.ExitCode.OK) {
            throw new IllegalArgumentException("The command is wrong: see above");
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command? Expected predict or train");
    }
}
