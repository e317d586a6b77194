package io.github.bert4j.benchmarks;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.bert4j.kernels.Threads;
import io.github.bert4j.machine.ResidentMemory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
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

    /** What is printed. */
    record Growth(String peer, Mode mode, int batch, int layers, List<Look> looks) {}

    /**
     * Memory at one time, in MiB.
     *
     * @param step so many were done
     * @param residentMb of the whole process; null where the system does not tell
     * @param heapMb what the Java heap takes of it, garbage included
     * @param openFiles handles of the process, sockets and libraries included; null where the system does not tell
     */
    record Look(
            int step,
            @JsonProperty("resident_mb") Integer residentMb,
            @JsonProperty("heap_mb") long heapMb,
            @JsonProperty("open_files") Integer openFiles) {

        static Look after(int step) throws IOException {
            long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
            return new Look(step, ResidentMemory.megabytes(), heap >> 20, OpenFiles.count());
        }
    }

    @Override
    public Integer call() throws IOException {
        Threads.use(options.threads);
        List<Look> looks = new ArrayList<>();
        List<int[]> batches = options.batches(after.last());
        try (RandomBert bert = new RandomBert(options)) {
            for (int step = 1; step <= batches.size(); step++) {
                bert.step(batches.get(step - 1)).run();
                if (after.contains(step)) {
                    looks.add(Look.after(step));
                    spec.commandLine().getErr().println(looks.get(looks.size() - 1));
                }
            }
        }
        Growth growth = new Growth(StepTimes.ownName(), options.mode, options.batch, options.layers, looks);
        spec.commandLine().getOut().println(Benchmarks.json(growth));
        return 0;
    }
}
