package io.github.bert4j.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.results.ResultsCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** The benchmarks that are programs of their own: {@code java -jar benchmarks.jar COMMAND}. */
@Command(
        name = "benchmarks",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        sortOptions = false,
        showDefaultValues = true,
        subcommands = {
            ModelBenchmark.class,
            OnnxRuntimeBenchmark.class,
            ExportCommand.class,
            TokensCommand.class,
            MemoryBenchmark.class,
            ConcurrencyBenchmark.class,
            MachineBenchmark.class,
            LoadBenchmark.class,
            OnnxServerBenchmark.class,
            ScalingSimulation.class,
            PerformanceReport.class,
            ResultsCommand.class
        })
public final class Benchmarks {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Benchmarks() {}

    /** Runs a command and ends the JVM with its exit code: 0 done, 1 failed, 2 wrong usage. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Benchmarks()).setCaseInsensitiveEnumValuesAllowed(true);
    }

    /** A result as one line. */
    static String json(Object result) {
        try {
            return JSON.writeValueAsString(result);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Every result can be written as JSON", e);
        }
    }
}
