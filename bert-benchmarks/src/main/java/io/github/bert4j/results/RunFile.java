package io.github.bert4j.results;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.machine.Processor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where runs are noted, a line of JSON each; those that are there already are not run again. */
final class RunFile {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--runs", required = true, description = "The file that runs are added to.")
    private Path file;

    /** Measures something. */
    @FunctionalInterface
    interface Run {
        Map<String, Double> measure() throws IOException;
    }

    /** Runs and notes what was measured, unless that is noted already. */
    void add(String experiment, String configuration, long seed, Run run) throws IOException {
        boolean known = Files.exists(file)
                && read(file).stream()
                        .anyMatch(each -> each.experiment().equals(experiment)
                                && each.configuration().equals(configuration)
                                && each.seed() == seed);
        if (known) {
            return;
        }
        long start = System.nanoTime();
        Map<String, Double> figures = run.measure();
        String line = JSON.writeValueAsString(new ResultRun(
                experiment,
                configuration,
                seed,
                figures,
                Math.round((System.nanoTime() - start) / 1e8) / 10.0,
                Processor.name(),
                LocalDate.now(ZoneOffset.UTC).toString()));
        spec.commandLine().getOut().println(line);
        Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** @throws IOException if a line is none of a run */
    static List<ResultRun> read(Path file) throws IOException {
        List<ResultRun> all = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            try {
                all.add(JSON.readValue(line, ResultRun.class));
            } catch (JsonProcessingException e) {
                throw new IOException("%s, line %d is none of a run".formatted(file, all.size() + 1), e);
            }
        }
        return all;
    }
}
