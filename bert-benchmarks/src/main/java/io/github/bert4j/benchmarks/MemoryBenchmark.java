package io.github.bert4j.benchmarks;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.bert4j.ops.Threads;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Whether memory grows from step to step; prints one line, a {@link Growth}. Give it lengths that differ. */
@Command(name = "memory", description = "Resident memory after some steps, and after more.")
final class MemoryBenchmark implements Callable<Integer> {
    @Mixin
    private ModelOptions options;

    @Option(names = "--after", split = ",", defaultValue = "50,500", description = "Steps after which to look.")
    private TreeSet<Integer> after;

    @Spec
    private CommandSpec spec;

    /**
     * What is printed.
     *
     * @param residentMb MiB by the number of steps done
     */
    record Growth(
            String peer,
            Mode mode,
            int batch,
            int layers,
            @JsonProperty("resident_mb") Map<Integer, Integer> residentMb) {}

    @Override
    public Integer call() throws IOException {
        Threads.use(options.threads);
        Map<Integer, Integer> resident = new LinkedHashMap<>();
        List<int[]> batches = options.batches(after.last());
        try (RandomBert bert = new RandomBert(options)) {
            for (int step = 1; step <= batches.size(); step++) {
                bert.step(batches.get(step - 1)).run();
                if (after.contains(step)) {
                    resident.put(step, ResidentMemory.megabytes());
                }
            }
        }
        Growth growth = new Growth(Measurement.ownName(), options.mode, options.batch, options.layers, resident);
        spec.commandLine().getOut().println(Benchmarks.json(growth));
        return 0;
    }
}
