package io.github.bert4j.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.serve.ServedModel;
import io.github.bert4j.serve.Server;
import io.github.bert4j.serve.ServerOptions;
import io.github.bert4j.task.Question;
import io.github.bert4j.task.QuestionFields;
import io.github.bert4j.tokenize.OurTokenizer;
import io.github.bert4j.tokenize.Vocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** ONNX Runtime behind bert4j's own server and its batches: what differs from {@code bert4j serve} is who computes. */
@Command(name = "onnx-server", description = "Serve a sentiment model that convert wrote as ONNX, by ONNX Runtime.")
final class OnnxServerBenchmark implements Callable<Integer> {
    private static final int SPECIAL_TOKENS = 2;

    @Parameters(paramLabel = "FILE.onnx", description = "The model; vocab.txt and NAME.json are beside it.")
    private Path file;

    @Option(names = "--threads", defaultValue = "2", description = "Threads of the computation.")
    private int threads;

    private record Answer(String text, String label, double probability) {}

    @Override
    public Integer call() throws IOException, OrtException, InterruptedException {
        String name = file.getFileName().toString().replace(".onnx", ".json");
        int length = new ObjectMapper()
                        .readTree(file.resolveSibling(name).toFile())
                        .at("/head/maxLength")
                        .asInt()
                + SPECIAL_TOKENS;
        OurTokenizer tokenizer = OurTokenizer.cased(Vocabulary.load(file.resolveSibling("vocab.txt")));
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            try (OrtSession session = environment.createSession(file.toString(), options);
                    Server server = Server.start(
                            model(environment, session, tokenizer, length), ServerOptions.DEFAULTS.withPort(0))) {
                System.err.println("listening at " + server.uri() + " by ONNX Runtime");
                Thread.currentThread().join(); // until the process is ended
            }
        }
        return 0;
    }

    private static ServedModel model(
            OrtEnvironment environment, OrtSession session, OurTokenizer tokenizer, int length) {
        return new ServedModel() {
            @Override
            public String task() {
                return "sentiment";
            }

            @Override
            public QuestionFields fields() {
                return QuestionFields.text();
            }

            @Override
            public List<?> answer(List<Question> questions) {
                int[][] ids = questions.stream()
                        .map(question ->
                                tokenizer.encode(question.text(), length).ids())
                        .toArray(int[][]::new);
                float[][] positive = compute(environment, session, ids);
                return IntStream.range(0, ids.length)
                        .mapToObj(i -> answered(questions.get(i).text(), positive[i][0]))
                        .toList();
            }
        };
    }

    private static Answer answered(String text, double positive) {
        return new Answer(text, positive >= 0.5 ? "1" : "0", Math.max(positive, 1 - positive));
    }

    /** Padded with 0 to the longest. */
    private static float[][] compute(OrtEnvironment environment, OrtSession session, int[][] ids) {
        int longest = Arrays.stream(ids).mapToInt(row -> row.length).max().orElseThrow();
        int[][] padded =
                Arrays.stream(ids).map(row -> Arrays.copyOf(row, longest)).toArray(int[][]::new);
        try (OnnxTensor tokens = OnnxTensor.createTensor(environment, padded);
                OrtSession.Result result = session.run(Map.of("tokens", tokens))) {
            return (float[][]) result.get(0).getValue();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime cannot compute this model", e);
        }
    }
}
