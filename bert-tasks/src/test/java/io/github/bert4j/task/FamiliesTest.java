package io.github.bert4j.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.TestData;
import io.github.bert4j.bert.Bert;
import io.github.bert4j.bert.BertConfig;
import io.github.bert4j.entity.Entity;
import io.github.bert4j.entity.EntityHead;
import io.github.bert4j.entity.EntityRecognizer;
import io.github.bert4j.entity.LabelledText;
import io.github.bert4j.explain.TextAttributions;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.models.History;
import io.github.bert4j.pretraining.MaskedWordPredictor;
import io.github.bert4j.sentiment.LabelledReview;
import io.github.bert4j.sentiment.Sentiment;
import io.github.bert4j.sentiment.SentimentClassifier;
import io.github.bert4j.testdata.FamilyFiles;
import io.github.bert4j.tokenize.CheckpointTokenizer;
import io.github.bert4j.tokenize.Tokenization.Tokens;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.Checkpoints;
import io.github.bert4j.train.SuspendedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A small random model of every kind of encoder learns, and is the same once it was saved and loaded. */
class FamiliesTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @FieldSource("io.github.bert4j.testdata.FamilyFiles#NAMES")
    void learnsAndIsSavedWithItsTokenizer(String name) throws IOException {
        Path checkpoint = checkpoint(name);
        TrainingOptions options = options(checkpoint);
        List<LabelledReview> reviews = reviews();
        List<String> texts = reviews.stream().map(LabelledReview::text).toList();
        Path bundle = folder.resolve("bundle");
        double[] before;
        try (SentimentClassifier classifier = SentimentClassifier.fromCheckpoint(checkpoint, options)) {
            double[] accuracy = classifier
                    .fit(reviews.subList(60, reviews.size()), 4, reviews.subList(0, 60))
                    .values("val_accuracy");
            assertTrue(accuracy[3] >= 0.95, name + ": validation accuracy " + accuracy[3]);
            before = probabilities(classifier, texts);
            assertExplains(classifier, texts.get(0));
            classifier.save(bundle);
        }
        try (SentimentClassifier classifier = SentimentClassifier.load(bundle)) {
            assertArrayEquals(before, probabilities(classifier, texts));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"roformer", "modernbert", "mpnet"})
    void goesOnAfterAnInterruptionToTheSameWeights(String name) throws IOException {
        Path checkpoint = checkpoint(name);
        Map<String, float[]> expected = new LinkedHashMap<>();
        History whole = fit(checkpoint, expected);
        Checkpoints checkpoints = Checkpoints.in(folder.resolve("states"));
        assertThrows(
                SuspendedException.class,
                () -> fit(checkpoint, new LinkedHashMap<>(), checkpoints, Callback.onStepEnd(step -> {
                    if (step.epoch() == 2 && step.step() == 2) {
                        checkpoints.suspend();
                    }
                })));
        Map<String, float[]> found = new LinkedHashMap<>();
        assertEquals(whole, fit(checkpoint, found, Checkpoints.in(folder.resolve("states"))));
        assertEquals(expected.keySet(), found.keySet());
        expected.forEach((weight, values) -> assertArrayEquals(values, found.get(weight), weight));
    }

    private static History fit(Path checkpoint, Map<String, float[]> weights, Callback... callbacks)
            throws IOException {
        TrainingOptions options = options(checkpoint);
        try (SentimentClassifier classifier = SentimentClassifier.fromCheckpoint(checkpoint, options)) {
            History history = classifier.fit(reviews().subList(0, 100), 2, callbacks);
            classifier.model().weights().forEach(weight -> weights.put(weight.name(), weight.values()));
            return history;
        }
    }

    private static TrainingOptions options(Path checkpoint) throws IOException {
        return SentimentClassifier.DEFAULTS
                .withTokenization(Bert.tokenization(checkpoint, Tokens.WORD_PIECES))
                .withLearningRate(3e-3)
                .withMaxLength(40)
                .withBatchSize(16);
    }

    /** Tasks that find stretches of a text do so with tokens of any length. */
    @ParameterizedTest
    @ValueSource(strings = {"roberta", "xlm-roberta", "modernbert"})
    void findsEntitiesWithItsOwnTokens(String name) throws IOException {
        Path checkpoint = checkpoint(name);
        List<LabelledText> train = TestData.entities("train.jsonl");
        TrainingOptions options = options(checkpoint).withMaxLength(120).withBatchSize(8);
        Path bundle = folder.resolve("bundle");
        List<String> texts = train.stream().map(LabelledText::text).toList();
        List<List<Entity>> before;
        try (EntityRecognizer recognizer =
                EntityRecognizer.fromCheckpoint(checkpoint, EntityRecognizer.labels(train), EntityHead.CRF, options)) {
            double f1 = 0;
            for (int epochs = 0; epochs < 60 && f1 < 0.9; epochs += 10) {
                recognizer.fit(train, 10);
                f1 = recognizer.evaluate(train).score().f1();
            }
            assertTrue(f1 >= 0.9, name + ": F1 " + f1);
            before = recognizer.predict(texts);
            recognizer.save(bundle);
        }
        try (EntityRecognizer recognizer = EntityRecognizer.load(bundle)) {
            assertEquals(before, recognizer.predict(texts));
        }
    }

    @ParameterizedTest
    @FieldSource("io.github.bert4j.testdata.FamilyFiles#NAMES")
    void fillsMasks(String name) throws IOException {
        try (MaskedWordPredictor predictor = MaskedWordPredictor.load(checkpoint(name))) {
            var masks = predictor.fill("很[MASK]，[MASK]不错", 3);
            assertEquals(2, masks.size());
            assertEquals(3, masks.get(0).size());
            assertTrue(masks.get(0).get(0).probability() >= masks.get(0).get(1).probability());
        }
    }

    private static void assertExplains(SentimentClassifier classifier, String text) {
        TextAttributions found = classifier.attributions(text, 128);
        double change = found.probability() - found.baseline();
        assertEquals(classifier.predict(text).positive(), found.probability(), 1e-5);
        assertEquals(0, found.missing(), 0.02 * Math.abs(change) + 1e-3);
        int length = found.tokens().size();
        assertEquals(length + 2, classifier.attention(text).tokens().size()); // special tokens attend too
    }

    private Path checkpoint(String name) throws IOException {
        Path files = FamilyFiles.write(name, folder.resolve("files"));
        Path checkpoint = folder.resolve("checkpoint");
        try (Graph graph = new Graph(5)) {
            Bert.random(graph, BertConfig.of(files), CheckpointTokenizer.load(files))
                    .saveHuggingFace(checkpoint);
        }
        return checkpoint;
    }

    /** The label is which of two words the text starts with; the rest is noise. */
    private static List<LabelledReview> reviews() throws IOException {
        List<LabelledReview> reviews = new ArrayList<>();
        for (LabelledReview review : TestData.reviews("train.tsv").subList(0, 360)) {
            int label = reviews.size() % 2;
            reviews.add(new LabelledReview(label, (label == 1 ? "好" : "差") + review.text()));
        }
        return reviews;
    }

    private static double[] probabilities(SentimentClassifier classifier, List<String> texts) {
        return classifier.predict(texts).stream()
                .mapToDouble(Sentiment::positive)
                .toArray();
    }
}
