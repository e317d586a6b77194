package io.github.bert4j.onnx;

import static io.github.bert4j.layers.Layers.dense;
import static io.github.bert4j.layers.Layers.gather;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.answer.AnswerExtractor;
import io.github.bert4j.bert.Bert;
import io.github.bert4j.classification.Labelling;
import io.github.bert4j.classification.TextClassifier;
import io.github.bert4j.event.SubjectExtractor;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.layers.Activation;
import io.github.bert4j.models.Model;
import io.github.bert4j.sentiment.SentimentClassifier;
import io.github.bert4j.similarity.Pooling;
import io.github.bert4j.similarity.SentenceEncoder;
import io.github.bert4j.task.TaskModel;
import io.github.bert4j.tokenize.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What ONNX Runtime computes from what was written, beside what the library computes. */
class OnnxRuntimeTest {
    private static final Path BGE = Path.of("../../shared/checkpoints/bge-small-zh-v1.5");

    private final Random random = new Random(11);

    @TempDir
    private Path folder;

    @Test
    void computesSentiment() throws IOException, OrtException {
        agrees(SentimentClassifier.fromCheckpoint(
                Comparison.tinyBert(folder), SentimentClassifier.DEFAULTS.withGelu(Gelu.ERF)));
    }

    @Test
    void theGuidesExampleSaysWhatTheClassifierSays() throws IOException, OrtException {
        List<String> texts = List.of("味道很好", "房间太吵了，整夜没睡好，再也不来了");
        try (var classifier =
                SentimentClassifier.fromCheckpoint(Comparison.tinyBert(folder), SentimentClassifier.DEFAULTS)) {
            classifier.exportOnnx(folder.resolve("model.onnx"));
            float[][] positive = OnnxRuntimeExample.positive(folder, texts);
            for (int i = 0; i < texts.size(); i++) {
                assertEquals(classifier.predict(texts.get(i)).positive(), positive[i][0], 1e-4);
            }
        }
    }

    @Test
    void computesEvents() throws IOException, OrtException {
        agrees(SubjectExtractor.fromCheckpoint(Comparison.tinyBert(folder), SubjectExtractor.DEFAULTS));
    }

    @ParameterizedTest
    @EnumSource
    void computesClasses(Labelling labelling) throws IOException, OrtException {
        agrees(TextClassifier.fromCheckpoint(
                Comparison.tinyBert(folder), List.of("a", "b", "c"), labelling, TextClassifier.DEFAULTS));
    }

    @ParameterizedTest
    @EnumSource
    void computesVectors(Pooling pooling) throws IOException, OrtException {
        agrees(SentenceEncoder.fromCheckpoint(Comparison.tinyBert(folder), pooling, SentenceEncoder.DEFAULTS));
    }

    @Test
    void computesAnswers() throws IOException, OrtException {
        agrees(AnswerExtractor.fromCheckpoint(Comparison.tinyBert(folder), AnswerExtractor.DEFAULTS));
    }

    @Test
    void computesWhatWasPretrained() throws IOException, OrtException {
        try (var graph = new Graph(1)) {
            var bert = Bert.load(graph, Comparison.tinyBert(folder));
            Tensor tokens = graph.ids("tokens");
            Tensor segments = graph.ids("segments");
            Tensor positions = graph.ints("positions", Shape.UNKNOWN, Shape.UNKNOWN);
            Tensor x = bert.apply(tokens, segments);
            var model = Model.of(tokens, segments, positions)
                    .to(
                            bert.maskedWordLogits(gather().apply(x, positions)),
                            bert.nextSentenceLogits(bert.pool(x)),
                            bert.hiddenStates(tokens, segments).get(1));
            Path file = folder.resolve("model.onnx");
            OnnxModel.of(model).write(file);
            try (var runtime = new Comparison(file)) {
                int[][] texts = Comparison.texts(random, bert.vocabulary().size(), 20, 3, 9);
                runtime.compare(
                        model, texts, Comparison.numbers(random, 2, texts), new int[][] {{0, 19}, {2, 1}, {8, 8}});
            }
        }
    }

    /** Sequences of no tokens at all occur where a batch is filled up. */
    @Test
    void computesRowsOfPaddingAndGapsAsTheLibraryDoes() throws IOException, OrtException {
        try (var graph = new Graph(1)) {
            var bert = Bert.load(graph, Comparison.tinyBert(folder));
            Tensor tokens = graph.ids("tokens");
            Tensor x = bert.apply(tokens);
            var model = Model.of(tokens).to(x, x.at(0), x.at(2));
            Path file = folder.resolve("model.onnx");
            OnnxModel.of(model).write(file);
            try (var runtime = new Comparison(file)) {
                runtime.compare(model, new int[][] {{12, 13, 14, 15}, {0, 0, 0, 0}, {0, 20, 0, 21}});
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void computesARealCheckpoint(Gelu gelu) throws IOException, OrtException {
        assumeTrue(Files.exists(BGE), "no checkpoint at " + BGE);
        try (var graph = new Graph(1)) {
            var bert = Bert.load(graph, BGE, gelu);
            Tensor tokens = graph.ids("tokens");
            Tensor x = bert.apply(tokens);
            var model = Model.of(tokens).to(x, dense(1, Activation.SIGMOID).apply(x.at(0)));
            Path file = folder.resolve("model.onnx");
            OnnxModel.of(model).write(file);
            try (var runtime = new Comparison(file)) {
                int words = bert.vocabulary().size();
                report("bge-small-zh-v1.5, " + gelu, 1, runtime.compare(model, Comparison.texts(random, words, 7)));
                report(
                        "bge-small-zh-v1.5, " + gelu,
                        3,
                        runtime.compare(model, Comparison.texts(random, words, 512, 100, 3)));
            }
        }
    }

    /** Exports a task, and compares batches of one, of equal and of different lengths. */
    private void agrees(TaskModel<?, ?, ?> task) throws IOException, OrtException {
        try (task) {
            Path file = folder.resolve("out/model.onnx");
            task.exportOnnx(file);
            int words = Vocabulary.load(file.resolveSibling("vocab.txt")).size();
            JsonNode settings = new ObjectMapper()
                    .readTree(file.resolveSibling("model.json").toFile());
            try (var runtime = new Comparison(file)) {
                JsonNode outputs = settings.at("/models/0/outputs");
                assertEquals(runtime.outputs().size(), outputs.size());
                for (int i = 0; i < outputs.size(); i++) {
                    assertEquals(runtime.outputs().get(i), outputs.get(i).asText());
                }
                for (int[] lengths : new int[][] {{5}, {30, 30}, {64, 2, 33, 17}}) {
                    int[][] texts = Comparison.texts(random, words, lengths);
                    double worst = task.model().inputs().size() == 1
                            ? runtime.compare(task.model(), texts)
                            : runtime.compare(task.model(), texts, Comparison.numbers(random, 2, texts));
                    report(settings.get("task").asText(), lengths.length, worst);
                }
            }
        }
    }

    private static void report(String what, int batch, double worst) {
        System.out.printf("%s, batch of %d: largest difference %.1e%n", what, batch, worst);
    }
}
