package io.github.bert4j.bert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.kernels.Precision;
import io.github.bert4j.kernels.onednn.OneDnn;
import io.github.bert4j.ops.Gradients;
import io.github.bert4j.ops.Plan;
import io.github.bert4j.ops.Results;
import io.github.bert4j.ops.Step;
import io.github.bert4j.tokenize.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PrecisionTest {
    private static final BertConfig CONFIG = new BertConfig(50, 64, 4, 4, 256, 40, 2, 0.1, 0.1, 0.2, Gelu.TANH);

    /** bfloat16 has 8 bits: each factor of a product is off by up to 2⁻⁹ of itself. */
    private static final double ROUNDING = Math.pow(2, -9);

    @TempDir
    Path folder;

    /** Rounding errors of a dozen products in a row add up to a few times the error of one; a wrong product does not. */
    @Test
    void staysCloseToFloat32InBf16ForwardAndBackward() {
        try {
            OneDnn.require(Precision.BF16);
        } catch (IllegalArgumentException e) {
            Assumptions.abort(e.getMessage());
        }
        Map<String, float[]> exact = outputAndGradients(Precision.FLOAT32);
        Map<String, float[]> rounded = outputAndGradients(Precision.BF16);
        assertEquals(exact.keySet(), rounded.keySet());
        assertNotEquals(0, distance(exact.get("output"), rounded.get("output")), "bf16 was not used");
        double whole = Math.sqrt(
                exact.values().stream().mapToDouble(PrecisionTest::squares).sum());
        exact.forEach((name, values) -> {
            double off = distance(values, rounded.get(name));
            double allowed = 8 * ROUNDING * (Math.sqrt(squares(values)) + 0.01 * whole);
            assertTrue(off <= allowed, "%s is off by %s, allowed %s".formatted(name, off, allowed));
        });
    }

    @Test
    void staysCloseToFloat32InInt8() {
        Assumptions.assumeTrue(OneDnn.isAvailable(), "oneDNN is not loaded: there is no int8");
        assertTrue(int8Error() < 0.03, "off by " + int8Error());
        assertNotEquals(0, int8Error(), "int8 was not used");
    }

    /** As on a CPU whose sums of products of 8 bits overflow. */
    @Test
    @EnabledIfSystemProperty(named = "os.arch", matches = "amd64|x86_64")
    void staysCloseToFloat32InInt8OnAnOlderCpu() throws Exception {
        double error = Double.parseDouble(onAnOlderCpu(Int8Error.class));
        assertTrue(error > 0 && error < 0.05, "off by " + error);
    }

    @Test
    @EnabledIfSystemProperty(named = "os.arch", matches = "amd64|x86_64")
    void saysWhichCpuBf16Needs() throws Exception {
        String message = onAnOlderCpu(Program.class);
        assertTrue(message.startsWith("Precision BF16 needs a CPU with bfloat16 instructions"), message);
        assertTrue(message.endsWith("use FLOAT32"), message);
    }

    /** What a program writes in a process of its own, whose oneDNN is told to do as on an older CPU. */
    private String onAnOlderCpu(Class<?> main) throws Exception {
        Path output = folder.resolve("output");
        ProcessBuilder program = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                output.toString());
        program.environment().put("ONEDNN_MAX_CPU_ISA", "AVX2");
        Process process = program.inheritIO().start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
        return Files.readString(output);
    }

    static final class Int8Error {
        public static void main(String[] arguments) throws IOException {
            Files.writeString(Path.of(arguments[0]), String.valueOf(int8Error()));
        }
    }

    /** Relative to the output. */
    private static double int8Error() {
        float[] exact = outputAndGradients(Precision.FLOAT32).get("output");
        float[] rounded = outputAndGradients(Precision.INT8).get("output");
        return distance(exact, rounded) / Math.sqrt(squares(exact));
    }

    static final class Program {
        public static void main(String[] arguments) throws IOException {
            try (Graph graph = new Graph(1, Precision.BF16)) {
                Files.writeString(Path.of(arguments[0]), "No error: " + graph);
            } catch (IllegalArgumentException e) {
                Files.writeString(Path.of(arguments[0]), e.getMessage());
            }
        }
    }

    private static Map<String, float[]> outputAndGradients(Precision precision) {
        try (Graph graph = new Graph(1, precision)) {
            Vocabulary vocabulary =
                    Vocabulary.of(IntStream.range(0, 50).mapToObj(i -> "w" + i).toList());
            Tensor x = Bert.random(graph, CONFIG, vocabulary).apply(graph.ids("tokens"));
            SDVariable loss = x.variable().mul(x.at(0).variable().mean()).sum();
            Map<SDVariable, SDVariable> gradients = Gradients.of(
                    loss, graph.weights().stream().map(Weight::variable).toList());
            Map<String, SDVariable> wanted = new LinkedHashMap<>(Map.of("output", x.variable()));
            gradients.forEach((weight, gradient) -> wanted.put(weight.name(), gradient));
            INDArray tokens = Nd4j.createFromArray(new int[][] {
                IntStream.rangeClosed(1, 40).toArray(), IntStream.range(5, 45).toArray()
            });
            try (Results results = graph.run(
                    Plan.of(graph.sameDiff(), List.copyOf(wanted.values())),
                    Map.of("tokens", tokens),
                    Step.inference())) {
                Map<String, float[]> values = new LinkedHashMap<>();
                wanted.forEach((name, variable) -> values.put(name, results.floats(variable)));
                return values;
            }
        }
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (double) (a[i] - b[i]);
        }
        return Math.sqrt(sum);
    }

    private static double squares(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return sum;
    }
}
