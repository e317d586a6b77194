package io.github.bert4j.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.kernels.DenseKernel;
import io.github.bert4j.kernels.KernelLayout;
import io.github.bert4j.kernels.Threads;
import io.github.bert4j.machine.Processor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.concurrent.Callable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What this machine is, and how fast it multiplies large matrices; prints one line, a {@link Machine}. */
@Command(name = "machine", description = "The machine, and the rate of its matrix products.")
final class MachineBenchmark implements Callable<Integer> {
    @Option(names = "--threads", defaultValue = "2", description = "Threads of the computation.")
    private int threads;

    @Mixin
    private PrecisionOptions precision;

    @Option(names = "--size", defaultValue = "4096", description = "Rows and columns of the matrices.")
    private int size;

    @Option(names = "--products", defaultValue = "5", description = "The fastest of so many counts.")
    private int products;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Threads.use(threads);
        spec.commandLine()
                .getOut()
                .println(Benchmarks.json(new Machine(
                        Processor.name(),
                        Runtime.getRuntime().availableProcessors(),
                        memoryGb(),
                        property("os.name") + " " + property("os.arch"),
                        property("java.vm.name") + " " + property("java.runtime.version"),
                        threads,
                        precision.precision(),
                        size,
                        gflopPerSecond())));
        return 0;
    }

    private double gflopPerSecond() {
        double best = 0;
        try (Graph graph = new Graph(0, precision.precision());
                INDArray x = Nd4j.rand(DataType.FLOAT, size, size);
                INDArray kernel = Nd4j.rand(DataType.FLOAT, size, size);
                INDArray bias = Nd4j.create(DataType.FLOAT, size);
                INDArray y = Nd4j.create(DataType.FLOAT, size, size)) {
            DenseKernel weights = new DenseKernel(kernel, KernelLayout.IN_OUT, true, true);
            for (int i = 0; i < products; i++) {
                long start = System.nanoTime();
                graph.kernels().dense(x, weights, bias, null, y);
                // Operations per nanosecond are 10⁹ per second.
                best = Math.max(best, 2.0 * size * size * size / (System.nanoTime() - start));
            }
        }
        return best;
    }

    private static int memoryGb() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return (int) Math.round(system.getTotalMemorySize() / (double) (1 << 30));
    }

    private static String property(String name) {
        return System.getProperty(name);
    }
}
