package io.github.bert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.bert.Bert;
import io.github.bert4j.checkpoint.TensorSource;
import io.github.bert4j.entity.EntityHead;
import io.github.bert4j.entity.EntityRecognizer;
import io.github.bert4j.relation.RelationExtractor;
import io.github.bert4j.sentiment.SentimentClassifier;
import io.github.bert4j.testdata.SampleData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bundles as ONNX; what ONNX Runtime computes from them is for the module onnx-test. */
class OnnxCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private Path tiny;
    private Path bundle;
    private Path target;

    @BeforeEach
    void copyCheckpoint() throws IOException {
        tiny = SampleData.tinyBert(folder.resolve("tiny"));
        bundle = folder.resolve("bundle");
        target = folder.resolve("out/model.onnx");
    }

    @Test
    void writesAModelWithItsVocabularyAndSettings() throws IOException {
        saveSentiment();
        var run = CommandLineRun.of("convert", bundle.toString(), target.toString());
        assertEquals(0, run.exitCode(), run.err());
        assertEquals("onnx", JSON.readTree(run.lastLine()).get("format").asText());
        assertEquals(List.of("model.json", "model.onnx", "vocab.txt"), files());
        assertEquals(Files.readString(tiny.resolve("vocab.txt")), Files.readString(target.resolveSibling("vocab.txt")));
        assertEquals(JSON.readTree("""
                        {"task": "sentiment",
                         "head": {"labels": ["0", "1"], "maxLength": 100},
                         "tokenizer": {"kind": "characters", "lowerCases": false, "vocabulary": "vocab.txt", "positions": 64},
                         "models": [{"file": "model.onnx", "inputs": ["tokens"], "outputs": ["probability"]}]}"""), settings());
        try (TensorSource source = Bert.tensors(target)) {
            assertTrue(source.tensors().containsKey("dense_1/kernel"), "the head is missing");
            assertTrue(source.tensors().containsKey("bert/embeddings/word_embeddings"), "BERT is missing");
        }
    }

    @Test
    void writesTwoModelsOfRelations() throws IOException {
        try (var extractor = RelationExtractor.fromCheckpoint(tiny, List.of("a", "b"), RelationExtractor.DEFAULTS)) {
            extractor.save(bundle);
        }
        assertEquals(
                0,
                CommandLineRun.of("convert", bundle.toString(), target.toString())
                        .exitCode());
        assertEquals(List.of("model-objects.onnx", "model.json", "model.onnx", "vocab.txt"), files());
        assertEquals(JSON.readTree("""
                        [{"file": "model.onnx", "inputs": ["tokens"],
                          "outputs": ["subject_starts", "subject_ends", "vectors"]},
                         {"file": "model-objects.onnx", "inputs": ["vectors", "subject_first", "subject_last"],
                          "outputs": ["object_starts", "object_ends"]}]"""), settings().get("models"));
        assertTrue(settings().at("/tokenizer/lowerCases").asBoolean());
    }

    @Test
    void writesWhatDecodingEntitiesNeeds() throws IOException {
        try (var recognizer =
                EntityRecognizer.fromCheckpoint(tiny, List.of("a", "b"), EntityHead.CRF, EntityRecognizer.DEFAULTS)) {
            recognizer.save(bundle);
        }
        assertEquals(
                0,
                CommandLineRun.of("convert", bundle.toString(), target.toString())
                        .exitCode());
        assertEquals(
                JSON.readTree("[\"emissions\", \"transitions\", \"starts\", \"ends\"]"),
                settings().at("/models/0/outputs"));
    }

    @Test
    void keepsAnotherVocabularyThatIsThere() throws IOException {
        saveSentiment();
        Path vocabulary = Files.createDirectories(target.getParent()).resolve("vocab.txt");
        Files.writeString(vocabulary, "[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n");
        var run = CommandLineRun.of("convert", bundle.toString(), target.toString());
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("another vocabulary"), run.err());
        assertEquals(List.of("vocab.txt"), files());
        assertEquals("[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n", Files.readString(vocabulary));
    }

    @Test
    void refusesWhatIsNoBundleAndOptionsOfOtherFormats() {
        var checkpoint = CommandLineRun.of("convert", tiny.toString(), target.toString());
        assertEquals(1, checkpoint.exitCode());
        assertTrue(checkpoint.err().contains("is not a bundle"), checkpoint.err());
        var option = CommandLineRun.of("convert", bundle.toString(), target.toString(), "--gelu", "erf");
        assertEquals(2, option.exitCode());
    }

    private void saveSentiment() throws IOException {
        try (var classifier = SentimentClassifier.fromCheckpoint(tiny, SentimentClassifier.DEFAULTS)) {
            classifier.save(bundle);
        }
    }

    private JsonNode settings() throws IOException {
        return JSON.readTree(target.resolveSibling("model.json").toFile());
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(target.getParent())) {
            return List.copyOf(new TreeSet<>(
                    files.map(file -> file.getFileName().toString()).toList()));
        }
    }
}
