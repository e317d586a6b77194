package io.github.bert4j.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.TestData;
import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.bundle.BundleException;
import io.github.bert4j.classification.Classification;
import io.github.bert4j.classification.Labelling;
import io.github.bert4j.classification.TextClassifier;
import io.github.bert4j.entity.EntityHead;
import io.github.bert4j.entity.EntityTask;
import io.github.bert4j.event.EventTask;
import io.github.bert4j.sentiment.Sentiment;
import io.github.bert4j.similarity.SentenceEncoder;
import io.github.bert4j.tokenize.Tokenization;
import io.github.bert4j.tokenize.Tokenization.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskTypesTest {
    @TempDir
    Path folder;

    @Test
    void findsTheTasksOfTheLibrary() {
        assertEquals(
                List.of(
                        "sentiment",
                        "relation",
                        "event",
                        "entity",
                        "classification",
                        "similarity",
                        "answer",
                        "joint",
                        "reranking"),
                TaskType.all().stream().map(TaskType::name).toList());
        assertTrue(assertThrows(IllegalArgumentException.class, () -> TaskType.named("poetry"))
                .getMessage()
                .contains("expected one of [sentiment, relation"));
    }

    @Test
    void findsThoseOfTheContextClassLoader() {
        ClassLoader own = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(ClassLoader.getPlatformClassLoader());
        try {
            assertEquals(List.of(), TaskType.all());
        } finally {
            Thread.currentThread().setContextClassLoader(own);
        }
    }

    /** A program that needs answers alone can be tested without a model. */
    @Test
    void lambdasCanStandForModels() {
        Predictor<String, Sentiment> kind =
                texts -> texts.stream().map(text -> new Sentiment(text, 1)).toList();
        assertEquals(1, kind.predict("很好").label());
    }

    @Test
    void takesChoicesAsText() {
        List<TaskOption<?>> options = List.of(EntityTask.HEAD);
        assertEquals(
                EntityHead.GLOBAL_POINTER,
                TaskOptions.parse(options, List.of("head=global_pointer")).get(EntityTask.HEAD));
        assertEquals(EntityHead.CRF, TaskOptions.NONE.get(EntityTask.HEAD));
        for (String wrong : List.of("head", "head=none", "tail=crf")) {
            assertThrows(IllegalArgumentException.class, () -> TaskOptions.parse(options, List.of(wrong)));
        }
    }

    @Test
    void saysWhichTaskABundleIsOf() throws IOException {
        Path bundle = folder.resolve("bundle");
        try (TextClassifier model = classifier(false)) {
            model.save(bundle);
        }
        assertTrue(assertThrows(BundleException.class, () -> SentenceEncoder.load(bundle))
                .getMessage()
                .contains("trained for classification, expected similarity"));
    }

    /** A vocabulary with capitals, where a text's case makes another text of it, or does not. */
    @Test
    void keepsInABundleHowTextsAreRead() throws IOException {
        for (boolean lowerCase : List.of(false, true)) {
            Path bundle = folder.resolve("bundle-" + lowerCase);
            Classification saved;
            try (TextClassifier model = classifier(lowerCase)) {
                saved = model.predict("A A");
                if (lowerCase) {
                    assertEquals(saved.probabilities(), model.predict("a a").probabilities());
                } else {
                    assertNotEquals(saved.probabilities(), model.predict("a a").probabilities());
                }
                model.save(bundle);
            }
            try (Bundle opened = Bundle.open(bundle);
                    TextClassifier loaded = TextClassifier.load(bundle)) {
                assertEquals(
                        new Tokenization(Tokens.WORD_PIECES, lowerCase),
                        opened.tokenization().orElseThrow());
                assertEquals(saved, loaded.predict("A A"));
            }
        }
    }

    @Test
    void refusesWordPiecesWhereCharactersAreMeant() throws IOException {
        TrainingOptions pieces =
                TrainingOptions.of(30, 8, 1e-3).withTokenization(new Tokenization(Tokens.WORD_PIECES, true));
        EventTask task = new EventTask();
        var head = task.head(TestData.events("train.csv"), TaskOptions.NONE, pieces, warning -> {});
        assertTrue(assertThrows(
                        IllegalArgumentException.class,
                        () -> task.fromCheckpoint(TestData.tinyBert(folder), head, pieces))
                .getMessage()
                .contains("expected a token per character"));
    }

    private TextClassifier classifier(boolean lowerCase) throws IOException {
        Path checkpoint =
                TestData.smallBert(Files.createTempDirectory(folder, "bert"), 32, 64, List.of("ab", "很好", "很差"));
        Path vocabulary = checkpoint.resolve("vocab.txt");
        Files.writeString(vocabulary, Files.readString(vocabulary).replace("\nb\n", "\nA\n"));
        return TextClassifier.fromCheckpoint(
                checkpoint,
                List.of("0", "1"),
                Labelling.MULTI_CLASS,
                TrainingOptions.of(30, 8, 1e-3).withTokenization(new Tokenization(Tokens.WORD_PIECES, lowerCase)));
    }
}
