package io.github.bert4j.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The same steps as {@link ModelBenchmark}'s in ONNX Runtime, of a model that {@link ExportCommand} wrote. */
@Command(name = "onnxruntime", description = "Time per step and memory of inference in ONNX Runtime.")
final class OnnxRuntimeBenchmark implements Callable<Integer> {
    @Mixin
    private ModelOptions options;

    @Mixin
    private TimedSteps steps;

    @Option(names = "--onnx", required = true, paramLabel = "FILE", description = "What export wrote.")
    private Path file;

    @Spec
    private CommandSpec spec;

    private final Random random = new Random(0);

    @Override
    public Integer call() throws IOException, OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions threads = new OrtSession.SessionOptions()) {
            threads.setIntraOpNumThreads(options.threads);
            try (OrtSession session = environment.createSession(file.toString(), threads)) {
                StepTimes times = steps.measure(
                        "ONNX Runtime " + environment.getVersion(),
                        options,
                        options.precision(),
                        lengths -> step(environment, session, padded(lengths)));
                spec.commandLine().getOut().println(Benchmarks.json(times));
            }
        }
        return 0;
    }

    /** Random tokens, padded with 0. */
    private int[][] padded(int[] lengths) {
        int longest = Arrays.stream(lengths).max().orElseThrow();
        return Arrays.stream(lengths)
                .mapToObj(length ->
                        Arrays.copyOf(random.ints(length, 1, RandomBert.WORDS).toArray(), longest))
                .toArray(int[][]::new);
    }

    private static Runnable step(OrtEnvironment environment, OrtSession session, int[][] ids) {
        int[][] segments = new int[ids.length][ids[0].length];
        return () -> {
            try (OnnxTensor tokens = OnnxTensor.createTensor(environment, ids);
                    OnnxTensor zeros = OnnxTensor.createTensor(environment, segments);
                    OrtSession.Result result = session.run(Map.of("tokens", tokens, "segments", zeros))) {
                result.get(0).getValue();
            } catch (OrtException e) {
                throw new IllegalStateException("ONNX Runtime cannot compute this model", e);
            }
        };
    }
}
