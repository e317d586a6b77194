package io.github.bert4j.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.github.bert4j.tokenize.OurTokenizer;
import io.github.bert4j.tokenize.Vocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What was written from a sentiment classifier, in ONNX Runtime. */
final class OnnxRuntimeExample {
    private OnnxRuntimeExample() {}

    /** The probability that a text is positive, for each. */
    static float[][] positive(Path folder, List<String> texts) throws IOException, OrtException {
        // The guide shows what follows.
        var tokenizer = OurTokenizer.cased(Vocabulary.load(folder.resolve("vocab.txt")));
        int[][] ids = texts.stream()
                .map(text -> tokenizer.encode(text, 102).ids()) // head.maxLength, [CLS] and [SEP]
                .toArray(int[][]::new);
        int longest = Arrays.stream(ids).mapToInt(row -> row.length).max().orElseThrow();
        int[][] padded =
                Arrays.stream(ids).map(row -> Arrays.copyOf(row, longest)).toArray(int[][]::new); // with 0

        var environment = OrtEnvironment.getEnvironment(); // one for the whole program, as is the session
        try (var session =
                        environment.createSession(folder.resolve("model.onnx").toString());
                var tokens = OnnxTensor.createTensor(environment, padded);
                var result = session.run(Map.of("tokens", tokens))) {
            return (float[][]) result.get("probability").orElseThrow().getValue(); // [batch, 1]
        }
        // So far the guide.
    }
}
