package io.github.bert4j.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.kernels.onednn.OneDnnKernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ThreadsTest {
    @TempDir
    Path folder;

    @Test
    void refusesMoreThreadsThanThereAre() {
        int most = Nd4j.getEnvironment().maxThreads();
        for (int count : new int[] {0, -1, most + 1}) {
            String message = assertThrows(IllegalArgumentException.class, () -> Threads.use(count))
                    .getMessage();
            assertTrue(message.startsWith(count + " threads cannot be used: expected 1 to " + most), message);
        }
    }

    /** In a process of its own: the others' OpenMP has a single thread. The system is asked which threads there are. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void limitsOneDnnAndTheLoopsOnEveryThread() throws Exception {
        Path output = folder.resolve("output");
        ProcessBuilder program = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-Djava.util.concurrent.ForkJoinPool.common.parallelism=2",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName(),
                output.toString());
        program.environment().put("OMP_NUM_THREADS", "3");
        Process process = program.inheritIO().start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
        // Threads in use, the caller's OpenMP threads, and whether the common pool helps with loops.
        assertEquals(List.of("3", "1 1 false", "3 3 true", "2 2 true"), Files.readAllLines(output));
    }

    /** Computes with 1, 3 and 2 threads, each time on a thread of its own, and writes down which threads there were. */
    static final class Program {
        public static void main(String[] arguments) throws Exception {
            List<String> lines = new ArrayList<>();
            lines.add(String.valueOf(Threads.inUse()));
            try (Kernels kernels = new OneDnnKernels(Precision.FLOAT32)) {
                for (int count : new int[] {1, 3, 2}) {
                    Threads.use(count);
                    // OpenMP's threads take the name of the thread that they work for.
                    String name = "caller " + count;
                    Thread caller = new Thread(() -> lines.add(compute(kernels, name)), name);
                    caller.start();
                    caller.join();
                }
            }
            Files.write(Path.of(arguments[0]), lines);
        }

        private static String compute(Kernels kernels, String name) {
            INDArray x = Nd4j.ones(512, 512);
            INDArray y = Nd4j.create(512, 512);
            kernels.dense(x, DenseKernel.changing(x, KernelLayout.IN_OUT), null, null, y);
            kernels.columnSums(x, Nd4j.create(512));
            int helpers = ForkJoinPool.commonPool().getPoolSize();
            // Until it runs, a helper has the name of the thread that called for it, and would be counted as OpenMP's.
            while (named("ForkJoinPool") < helpers) {
                Thread.onSpinWait();
            }
            return Threads.inUse() + " " + named(name) + " " + (helpers > 0);
        }

        private static long named(String prefix) {
            try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
                return threads.filter(thread -> nameOf(thread).startsWith(prefix))
                        .count();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        private static String nameOf(Path thread) {
            try {
                return Files.readString(thread.resolve("comm"));
            } catch (IOException e) {
                return "";
            }
        }
    }
}
