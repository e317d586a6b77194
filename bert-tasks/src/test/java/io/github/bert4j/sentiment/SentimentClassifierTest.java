package io.github.bert4j.sentiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.TestData;
import io.github.bert4j.explain.TextAttributions;
import io.github.bert4j.models.History;
import io.github.bert4j.score.ConfusionMatrix;
import io.github.bert4j.task.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentimentClassifierTest {
    private static final TrainingOptions OPTIONS = SentimentClassifier.DEFAULTS
            .withLearningRate(3e-3)
            .withMaxLength(40)
            .withBatchSize(16);

    @TempDir
    Path folder;

    private Path checkpoint;

    @BeforeEach
    void copyCheckpoint() throws IOException {
        checkpoint = TestData.tinyBert(folder);
    }

    @Test
    void learnsASimpleRule() throws IOException {
        // The label is which of two words the text starts with; the rest is noise.
        List<LabelledReview> reviews = new ArrayList<>();
        for (LabelledReview review : TestData.reviews("train.tsv").subList(0, 360)) {
            int label = reviews.size() % 2;
            reviews.add(new LabelledReview(label, (label == 1 ? "好" : "差") + review.text()));
        }
        List<LabelledReview> validation = reviews.subList(0, 60);
        List<LabelledReview> train = reviews.subList(60, reviews.size());
        try (SentimentClassifier classifier = SentimentClassifier.fromCheckpoint(checkpoint, OPTIONS)) {
            History history = classifier.fit(train, 3, validation);
            double[] accuracy = history.values("val_accuracy");
            assertTrue(
                    accuracy[2] >= 0.95,
                    "validation accuracy by epoch " + List.of(accuracy[0], accuracy[1], accuracy[2]));
            assertTrue(history.values("loss")[2] < history.values("loss")[0]);
            assertExplains(classifier, validation);
        }
    }

    private static void assertExplains(SentimentClassifier classifier, List<LabelledReview> reviews) {
        ConfusionMatrix confusion = classifier.evaluate(reviews).confusion().orElseThrow();
        for (int label : new int[] {0, 1}) {
            long right = reviews.stream()
                    .filter(review -> review.label() == label
                            && classifier.predict(review.text()).label() == label)
                    .count();
            assertEquals(right, confusion.count("" + label, "" + label));
        }
        for (String word : List.of("好", "差")) {
            String text = word + "，送到家了";
            TextAttributions attributions = classifier.attributions(text, 256);
            double change = attributions.probability() - attributions.baseline();
            assertEquals(classifier.predict(text).positive(), attributions.probability(), 1e-5);
            assertEquals(0, attributions.missing(), 0.01 * Math.abs(change) + 1e-4);
            TextAttributions.Token strongest = attributions.tokens().stream()
                    .max(Comparator.comparingDouble(token -> Math.abs(token.value())))
                    .orElseThrow();
            assertEquals(word, strongest.token(), attributions.toString());
            assertEquals(word.equals("好"), strongest.value() > 0);
            assertEquals(text.length() + 2, classifier.attention(text).tokens().size());
        }
    }

    @Test
    void repeatsARunUnderTheSameSeed() throws IOException {
        assertArrayEquals(losses(7), losses(7));
    }

    @Test
    void differsUnderAnotherSeed() throws IOException {
        assertNotEquals(losses(7)[0], losses(8)[0]);
    }

    @Test
    void predictsTheSameAfterSavingAndLoading() throws IOException {
        List<LabelledReview> train = TestData.reviews("train.tsv").subList(0, 64);
        List<String> texts = TestData.reviews("valid.tsv").subList(0, 120).stream()
                .map(LabelledReview::text)
                .toList();
        Path bundle = folder.resolve("bundle");
        List<Sentiment> before;
        try (SentimentClassifier classifier = SentimentClassifier.fromCheckpoint(checkpoint, OPTIONS)) {
            classifier.fit(train, 1);
            before = classifier.predict(texts);
            classifier.save(bundle);
        }
        try (SentimentClassifier classifier = SentimentClassifier.load(bundle)) {
            assertArrayEquals(probabilities(before), probabilities(classifier.predict(texts)));
        }
    }

    @Test
    void predictsOneTextAsItPredictsMany() throws IOException {
        List<String> texts = List.of("很好", "房间干净，早餐也丰富，下次还来。", "差", "不推荐，屏幕用了两天就坏了，客服也不理人。");
        try (SentimentClassifier classifier = SentimentClassifier.fromCheckpoint(checkpoint, OPTIONS)) {
            List<Sentiment> together = classifier.predict(texts);
            for (int i = 0; i < texts.size(); i++) {
                Sentiment alone = classifier.predict(texts.get(i));
                assertEquals(alone.positive(), together.get(i).positive(), 1e-6);
                assertEquals(texts.get(i), together.get(i).text());
            }
        }
    }

    @Test
    void readsNoMoreThanTheMaximumLength() throws IOException {
        try (SentimentClassifier classifier =
                SentimentClassifier.fromCheckpoint(checkpoint, OPTIONS.withMaxLength(4))) {
            assertEquals(
                    classifier.predict("房间干净").positive(),
                    classifier.predict("房间干净，服务也好").positive());
        }
    }

    private static double[] probabilities(List<Sentiment> sentiments) {
        return sentiments.stream().mapToDouble(Sentiment::positive).toArray();
    }

    private double[] losses(long seed) throws IOException {
        try (SentimentClassifier classifier = SentimentClassifier.fromCheckpoint(checkpoint, OPTIONS.withSeed(seed))) {
            return classifier
                    .fit(TestData.reviews("train.tsv").subList(0, 64), 2)
                    .values("loss");
        }
    }
}
