package io.github.bert4j.spark;

import io.github.bert4j.task.FailureMessage;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line for a cluster: {@code spark-submit --class io.github.bert4j.spark.BertSpark bert4j-spark.jar COMMAND}. */
@Command(
        name = "bert4j-spark",
        description = "Models of bert4j on Spark.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:invalid data or file, or Spark failed", "2:invalid command"},
        subcommands = {SparkPredictCommand.class, SparkTrainCommand.class})
public final class BertSpark implements Runnable {
    @Option(
            names = "--stacktrace",
            scope = ScopeType.INHERIT,
            description = "Show where in the program an error occurred.")
    private boolean stackTrace;

    @Spec
    private CommandSpec spec;

    private BertSpark() {}

    /** Runs a command; if it fails, says why in one line and ends the JVM with 1, or with 2 if the command is wrong. */
    public static void main(String[] arguments) {
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        BertSpark program = new BertSpark();
        int code = new CommandLine(program)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setErr(err)
                .setParameterExceptionHandler((failure, given) -> usage(failure))
                .setExecutionExceptionHandler((failure, command, parsed) -> program.report(failure, err))
                .execute(arguments);
        // Where tasks run in this JVM, Spark's timer of barrier stages would keep it. Elsewhere it ends by itself, and
        // YARN would take this for a failure.
        if (code != ExitCode.OK || System.getProperty("spark.master", "").startsWith("local")) {
            System.exit(code);
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command? Expected predict or train");
    }

    private int report(Exception failure, PrintWriter err) {
        err.println("bert4j-spark: " + SparkMessages.of(failure));
        if (stackTrace) {
            err.println(FailureMessage.stackTrace(failure));
        }
        return ExitCode.SOFTWARE;
    }

    private static int usage(ParameterException failure) {
        CommandLine command = failure.getCommandLine();
        command.getErr()
                .printf(
                        "bert4j-spark: %s%nSee %s --help%n",
                        failure.getMessage(), command.getCommandSpec().qualifiedName());
        return ExitCode.USAGE;
    }
}
