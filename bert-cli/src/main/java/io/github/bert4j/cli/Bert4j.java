package io.github.bert4j.cli;

import io.github.bert4j.task.FailureMessage;
import io.github.bert4j.train.SuspendedException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.ServiceConfigurationError;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: {@code java -jar bert4j.jar COMMAND}. */
@Command(
        name = "bert4j",
        description = "Fine-tune BERT on the JVM, above all for Chinese.",
        versionProvider = Bert4j.Version.class,
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        sortOptions = false,
        showDefaultValues = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:invalid data or file, or no line could be answered",
            "2:invalid command",
            "129, 130, 143:a training was suspended: the terminal was closed, by Ctrl-C, or by kill"
        },
        subcommands = {
            QuickstartCommand.class,
            TrainCommand.class,
            EvaluateCommand.class,
            PredictCommand.class,
            ExplainCommand.class,
            ServeCommand.class,
            PretrainCommand.class,
            FillCommand.class,
            InspectCommand.class,
            ConvertCommand.class,
            EncodeCommand.class,
            EmbedCommand.class,
            SearchCommand.class,
            DistillCommand.class,
            AuditCommand.class
        })
public final class Bert4j implements Runnable {
    private static final String CACHE = "org.bytedeco.javacpp.cachedir";

    private static final char NOT_DECODED = '\uFFFD';

    private final Console console;
    private final Interruption interruption;
    private final Invocation invocation;

    @Option(
            names = "--stacktrace",
            scope = ScopeType.INHERIT,
            description = "Show where in the program an error occurred.")
    private boolean stackTrace;

    @Spec
    private CommandSpec spec;

    Bert4j(Console console, Interruption interruption, Invocation invocation) {
        this.console = console;
        this.interruption = interruption;
        this.invocation = invocation;
    }

    /** Runs a command and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        shareNatives();
        // JSON's numbers and those of messages are of one kind, wherever the machine stands.
        Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
        System.exit(run(
                new FileInputStream(FileDescriptor.in),
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err),
                Interruption.bySignals(),
                arguments));
    }

    /** JavaCPP unpacks 500 MB of native libraries for each path of a jar; copies of one version share theirs. */
    private static void shareNatives() {
        String version = Bert4j.class.getPackage().getImplementationVersion();
        if (version != null && System.getProperty(CACHE) == null) {
            Path home = Path.of(System.getProperty("user.home"), ".javacpp", "cache", "bert4j-" + version);
            System.setProperty(CACHE, home.toString());
            System.setProperty(CACHE + ".nosubdir", "true");
        }
    }

    /** Runs a command on the given streams and returns its exit code: 0 done, 1 wrong data, 2 wrong usage. */
    static int run(InputStream in, OutputStream out, OutputStream err, Interruption interruption, String... arguments) {
        Console console = new Console(in, out, err);
        Bert4j program = new Bert4j(console, interruption, new Invocation(List.of(arguments)));
        for (String argument : arguments) {
            if (argument.indexOf(NOT_DECODED) >= 0) {
                console.log("bert4j: this locale cannot express the argument '" + argument
                        + "': set the environment variable LC_ALL to C.UTF-8");
                return ExitCode.USAGE;
            }
        }
        try {
            int code = program.commands()
                    .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                    .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                    .execute(arguments);
            console.flush();
            return code;
        } catch (IOException | OutOfMemoryError | LinkageError | ServiceConfigurationError failure) {
            return program.report(failure);
        }
    }

    /** Those of the library, and those of all tasks on the class path. */
    CommandLine commands() {
        CommandLine commands = new CommandLine(this);
        TrainCommand.addTasks(commands.getSubcommands().get("train"));
        FillCommand.describe(commands.getSubcommands().get("fill"));
        return commands.setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((failure, given) -> usage(failure))
                .setExecutionExceptionHandler((failure, command, parsed) -> report(failure));
    }

    /** What the commands read from and write to. */
    Console console() {
        return console;
    }

    /** What may suspend a command. */
    Interruption interruption() {
        return interruption;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command? Expected one of " + names(spec.commandLine()));
    }

    private int report(Throwable failure) {
        if (console.isClosedByReader()) {
            return ExitCode.OK;
        }
        if (failure instanceof SuspendedException suspended) {
            console.log("Suspended after step %d; the state is %s. To go on:"
                    .formatted(suspended.step(), suspended.state()));
            console.log(invocation.with(StateOptions.RESUME));
            return interruption.exitCode();
        }
        console.log("bert4j: " + FailureMessage.of(failure));
        if (stackTrace) {
            console.log(FailureMessage.stackTrace(failure));
        }
        return ExitCode.SOFTWARE;
    }

    private static int usage(ParameterException failure) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(Console.harmless("bert4j: %s (see %s --help)"
                .formatted(failure.getMessage(), command.getCommandSpec().qualifiedName())));
        if (failure instanceof UnmatchedArgumentException unmatched) {
            List<String> similar = unmatched.getSuggestions();
            if (!similar.isEmpty()) {
                err.println("Did you mean " + String.join(" or ", similar) + "?");
            } else if (!command.getSubcommands().isEmpty()) {
                err.println("Expected one of " + names(command));
            }
        }
        return ExitCode.USAGE;
    }

    static String names(CommandLine command) {
        return String.join(", ", command.getSubcommands().keySet());
    }

    /** The version in the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Bert4j.class.getPackage().getImplementationVersion();
            return new String[] {"bert4j " + (version == null ? "(not packed as a jar)" : version)};
        }
    }
}
