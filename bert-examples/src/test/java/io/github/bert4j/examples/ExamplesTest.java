package io.github.bert4j.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.classification.LabelledInput;
import io.github.bert4j.data.IntValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.datasets.EntityFiles;
import io.github.bert4j.datasets.JointFiles;
import io.github.bert4j.datasets.QuestionFiles;
import io.github.bert4j.datasets.RelationFiles;
import io.github.bert4j.event.LabelledEvent;
import io.github.bert4j.sentiment.LabelledReview;
import io.github.bert4j.sentiment.SentimentClassifier;
import io.github.bert4j.similarity.LabelledPair;
import io.github.bert4j.testdata.SampleData;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What README and guides show, run on a tiny random checkpoint. */
class ExamplesTest {
    private static final List<LabelledReview> REVIEWS =
            List.of(new LabelledReview(1, "很好"), new LabelledReview(0, "很差"));

    @TempDir
    private static Path folder;

    private static Path checkpoint;

    @BeforeAll
    static void copy() throws IOException {
        checkpoint = SampleData.tinyBert(folder.resolve("tiny"));
    }

    /** As a file that someone copied: with the library's modules on the class path, and no other example. */
    @Test
    void compileEachByItself() throws IOException {
        String modules = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("bert-examples"))
                .collect(Collectors.joining(File.pathSeparator));
        Path sources = Path.of("src/main/java/io/github/bert4j/examples");
        Path classes = Files.createDirectory(folder.resolve("classes"));
        try (Stream<Path> files = Files.list(sources)) {
            for (Path file :
                    files.filter(file -> !file.endsWith("package-info.java")).toList()) {
                ByteArrayOutputStream said = new ByteArrayOutputStream();
                int code = ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                said,
                                said,
                                "-proc:none",
                                "-cp",
                                modules,
                                "-sourcepath",
                                "",
                                "-d",
                                classes.toString(),
                                file.toString());
                assertEquals(0, code, said::toString);
            }
        }
    }

    @Test
    void readsSentiment() throws IOException {
        SentimentExample.run(checkpoint, REVIEWS, REVIEWS);
    }

    @Test
    void extractsRelations() throws IOException {
        var texts = RelationFiles.read(
                List.of(SampleData.copy("relation/train.jsonl", folder.resolve("relations.jsonl"))), warning -> {});
        var predicates = List.of("丈夫", "作者", "出生地", "妻子", "导演", "成立日期");
        RelationExample.run(checkpoint, texts.subList(0, 4), predicates, 1);
    }

    @Test
    void extractsSubjects() throws IOException {
        EventExample.run(
                checkpoint, List.of(LabelledEvent.of("这家店很差", "业绩下滑", "这家店"), LabelledEvent.of("好", "其他", "NaN")));
    }

    @Test
    void recognizesEntities() throws IOException {
        var texts = EntityFiles.read(
                List.of(SampleData.copy("entity/valid.bio", folder.resolve("valid.bio"))), warning -> {});
        EntityExample.recognize(checkpoint, texts, texts, 1, folder.resolve("entities"));
        EntityExample.tag(checkpoint, List.of(Sample.of(new int[] {1, 2, 3, 4}, new int[] {0, 1, 2, 0})), 3);
        EntityExample.point(
                checkpoint,
                List.of(Sample.of(new int[] {1, 2, 3, 4}).labelled(new IntValues(new int[] {0, 1, 3}, 1, 3))),
                2);
    }

    @Test
    void classifies() throws IOException {
        List<LabelledInput> texts = List.of(LabelledInput.of("好", "很好"), LabelledInput.of("差", "很差"));
        ClassificationExample.classify(checkpoint, texts, texts, folder.resolve("topics"));
        ClassificationExample.compose(checkpoint, texts);
    }

    @Test
    void findsSimilarTexts() throws IOException {
        List<LabelledPair> pairs = List.of(new LabelledPair(1, "很好", "真好"), new LabelledPair(0, "很好", "很差"));
        SimilarityExample.search(checkpoint);
        SimilarityExample.learn(checkpoint, pairs, pairs, folder.resolve("similarity"));
        SimilarityExample.compose(checkpoint, pairs);
    }

    @Test
    void findsTextsInTwoStages() throws IOException {
        List<LabelledPair> pairs = List.of(
                new LabelledPair(1, "很好", "真好"), new LabelledPair(0, "很好", "很差"), new LabelledPair(1, "太差", "差"));
        Path out = folder.resolve("retrieval");
        RetrievalExample.rerank(checkpoint, mined(pairs, out.resolve("vectors")), out);
        assertTrue(Files.exists(out.resolve("vectors/modules.json")));
    }

    private List<LabelledPair> mined(List<LabelledPair> pairs, Path directory) throws IOException {
        List<LabelledPair> mined = RetrievalExample.find(checkpoint, pairs, pairs, directory);
        assertTrue(mined.containsAll(pairs));
        return mined;
    }

    @Test
    void adaptsLearnsFromFewLabelsDistillsAndAudits() throws IOException {
        AdapterExample.adapt(checkpoint, REVIEWS, folder.resolve("adapted"));
        List<LabelledInput> few = List.of(LabelledInput.of("好", "很好"), LabelledInput.of("差", "很差"));
        FewLabelsExample.learn(checkpoint, few, folder.resolve("few"));
        Path teacher = folder.resolve("teacher");
        try (var classifier = SentimentClassifier.fromCheckpoint(checkpoint, SentimentClassifier.DEFAULTS)) {
            classifier.save(teacher);
        }
        DistillationExample.distill(teacher, List.of("很好", "很差"), folder.resolve("small"));
        AuditExample.audit(checkpoint, REVIEWS, 2);
    }

    @Test
    void answersQuestions() throws IOException {
        var questions = QuestionFiles.read(
                List.of(SampleData.copy("answer/valid.json", folder.resolve("valid.json"))), warning -> {});
        AnswerExample.extract(checkpoint, questions, questions, 1, folder.resolve("answers"));
        AnswerExample.point(
                checkpoint,
                List.of(Sample.of(
                        new int[] {12, 20, 13, 21, 22, 13}, new int[] {0, 0, 0, 1, 1, 1}, new int[] {3}, new int[] {4
                        })));
    }

    @Test
    void understandsCommands() throws IOException {
        var texts = JointFiles.read(
                List.of(SampleData.copy("joint/valid.jsonl", folder.resolve("valid.jsonl"))), warning -> {});
        JointExample.understand(checkpoint, texts, texts, 1, folder.resolve("commands"));
    }

    @Test
    void exportsToOnnx() throws IOException {
        Path bundle = folder.resolve("exported");
        try (var classifier = SentimentClassifier.fromCheckpoint(checkpoint, SentimentClassifier.DEFAULTS)) {
            classifier.save(bundle);
        }
        Path out = folder.resolve("onnx");
        OnnxExample.export(bundle, out);
        OnnxExample.byHand(checkpoint, folder.resolve("hand.onnx"));
        for (String name : List.of("model.json", "model.onnx", "vocab.txt")) {
            assertTrue(Files.exists(out.resolve(name)), name);
        }
        assertTrue(Files.size(folder.resolve("hand.onnx")) > Files.size(out.resolve("model.onnx")) / 2);
    }

    @Test
    void drawsPictures() throws IOException {
        Path pictures = folder.resolve("pictures");
        PlotsExample.draw(checkpoint, REVIEWS, REVIEWS, pictures);
        for (String name : List.of("history.png", "confusion.png", "attributions.html", "head.png", "layer.png")) {
            assertTrue(Files.size(pictures.resolve(name)) > 0, name);
        }
    }
}
