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

    /** In a process of its own, whose system is asked which threads there are. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void limitsHowManyComputeAtATime() throws Exception {
        Path output = folder.resolve("output");
        ProcessBuilder program = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName(),
                output.toString());
        program.environment().put("OMP_NUM_THREADS", "3");
        Process process = program.inheritIO().start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
        // Threads in use, the callers that oneDNN computes on, and their helpers.
        assertEquals(List.of("3", "1 1 0", "2 1 1", "3 1 2"), Files.readAllLines(output));
    }

    /** Computes with 1, 2 and 3 threads, each time on a thread of its own, and writes down which threads there were. */
    static final class Program {
        public static void main(String[] arguments) throws Exception {
            List<String> lines = new ArrayList<>();
            lines.add(String.valueOf(Threads.inUse()));
            try (INDArray x = Nd4j.ones(1024, 1024);
                    INDArray y = Nd4j.create(1024, 1024);
                    Kernels kernels = new OneDnnKernels(Precision.FLOAT32)) {
                for (int count : new int[] {1, 2, 3}) {
                    Threads.use(count);
                    // Threads of OpenMP, if there were any, would take the name of the thread that they work for.
                    String name = "caller " + count;
                    Thread caller = new Thread(
                            () -> {
                                kernels.dense(x, DenseKernel.changing(x, KernelLayout.IN_OUT), null, null, y);
                                kernels.columnSums(x, y);
                                lines.add(Threads.inUse() + " " + named(name) + " " + named("bert4j-helper"));
                            },
                            name);
                    caller.start();
                    caller.join();
                }
            }
            Files.write(Path.of(arguments[0]), lines);
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
