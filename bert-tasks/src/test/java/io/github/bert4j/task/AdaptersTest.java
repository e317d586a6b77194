package io.github.bert4j.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.TestData;
import io.github.bert4j.bert.LowRank;
import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.bundle.BundleException;
import io.github.bert4j.entity.EntityRecognizer;
import io.github.bert4j.entity.EntityTask;
import io.github.bert4j.kernels.Precision;
import io.github.bert4j.sentiment.LabelledReview;
import io.github.bert4j.sentiment.Sentiment;
import io.github.bert4j.sentiment.SentimentClassifier;
import io.github.bert4j.sentiment.SentimentTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bundles of adapters: what they hold, how they find their base, and how many of them share one. */
class AdaptersTest {
    private static final TrainingOptions OPTIONS = SentimentClassifier.DEFAULTS
            .withLearningRate(1e-2)
            .withMaxLength(40)
            .withTuning(Tuning.NONE.withLowRank(LowRank.of(4)));

    @TempDir
    Path folder;

    private List<LabelledReview> train;
    private List<String> texts;
    private Path checkpoint;

    @BeforeEach
    void prepare() throws IOException {
        train = TestData.reviews("train.tsv");
        List<LabelledReview> validation = TestData.reviews("valid.tsv");
        texts = validation.stream().map(LabelledReview::text).toList();
        checkpoint = TestData.smallBert(
                folder, 32, 64, train.stream().map(LabelledReview::text).toList());
    }

    @Test
    void learnAndAreLoadedOnTheirBaseToTheLastDigit() throws IOException {
        Path bundle = folder.resolve("bundle");
        List<Sentiment> trained;
        try (SentimentClassifier classifier = SentimentClassifier.fromCheckpoint(checkpoint, OPTIONS)) {
            double[] losses = classifier.fit(train.subList(0, 480), 6).values("loss");
            assertTrue(losses[5] < losses[0] - 0.01, losses[0] + " " + losses[5]);
            trained = classifier.predict(texts);
            classifier.save(bundle);
        }
        assertEquals(Set.of("bundle.json", "bert_config.json", "weights.safetensors"), Set.copyOf(names(bundle)));
        try (SentimentClassifier loaded = SentimentClassifier.load(bundle)) {
            assertEquals(trained, loaded.predict(texts));
            loaded.fit(train.subList(0, 32), 1);
            loaded.save(folder.resolve("further"));
            assertFalse(trained.equals(loaded.predict(texts)));
        }
        try (Bundle opened = Bundle.open(folder.resolve("further"))) {
            assertEquals(LowRank.of(4), opened.adapter().orElseThrow());
        }
        Path merged = folder.resolve("merged");
        try (Bundle opened = Bundle.open(bundle);
                SentimentClassifier plain = new SentimentTask().load(opened.merged(), Precision.FLOAT32)) {
            assertTrue(plain.backbone().bert().adapter().isEmpty());
            plain.save(merged);
        }
        try (SentimentClassifier plain = SentimentClassifier.load(merged)) {
            assertClose(trained, plain.predict(texts));
        }
    }

    @Test
    void manyAnswerOnOneBaseAsEachAlone() throws IOException {
        List<Path> bundles = new ArrayList<>();
        for (int rank = 1; rank <= 3; rank++) {
            TrainingOptions options = OPTIONS.withSeed(rank).withTuning(Tuning.NONE.withLowRank(LowRank.of(rank)));
            try (SentimentClassifier classifier = SentimentClassifier.fromCheckpoint(checkpoint, options)) {
                classifier.fit(train.subList(0, 64), 1);
                bundles.add(folder.resolve("bundle" + rank));
                classifier.save(bundles.get(rank - 1));
            }
        }
        bundles.add(entities());
        List<Question> questions = texts.stream().map(Question::of).toList();
        try (Base base = Base.load(checkpoint)) {
            for (Path bundle : bundles) {
                List<String> alone;
                try (TrainedTask<?> task = TrainedTask.load(bundle)) {
                    alone = task.answer(questions).stream()
                            .map(Answer::toString)
                            .toList();
                }
                try (TrainedTask<?> shared = base.open(bundle)) {
                    assertEquals(
                            alone,
                            shared.answer(questions).stream()
                                    .map(Answer::toString)
                                    .toList());
                }
            }
        }
    }

    private Path entities() throws IOException {
        Path bundle = folder.resolve("entities");
        var data = TestData.entities("train.jsonl");
        EntityTask task = new EntityTask();
        TrainingOptions options =
                task.facts().defaults().withMaxLength(40).withTuning(Tuning.NONE.withLowRank(LowRank.of(2)));
        EntityTask.Head head = task.head(data, TaskOptions.NONE, options, warning -> {});
        try (EntityRecognizer recognizer = task.fromCheckpoint(checkpoint, head, options)) {
            recognizer.fit(data.subList(0, 32), 1);
            recognizer.save(bundle);
        }
        return bundle;
    }

    @Test
    void refuseAnotherBaseAndSayWhereTheirsWas() throws IOException {
        Path bundle = folder.resolve("bundle");
        try (SentimentClassifier classifier = SentimentClassifier.fromCheckpoint(checkpoint, OPTIONS)) {
            classifier.save(bundle);
        }
        Path other = TestData.smallBert(Files.createDirectory(folder.resolve("elsewhere")), 32, 64, texts);
        try (Base base = Base.load(other)) {
            String message =
                    assertThrows(BundleException.class, () -> base.open(bundle)).getMessage();
            assertTrue(message.contains(base.checksum()), message);
        }
        Path moved = folder.resolve("moved");
        Files.move(checkpoint, moved);
        String message = assertThrows(BundleException.class, () -> SentimentClassifier.load(bundle))
                .getMessage();
        assertTrue(message.contains(checkpoint.toString()), message);
        try (Bundle opened = Bundle.open(bundle);
                SentimentClassifier found = new SentimentTask().load(opened.on(moved), Precision.FLOAT32)) {
            assertEquals(texts.size(), found.predict(texts).size());
        }
        try (Base base = Base.load(moved)) {
            Path own = folder.resolve("own");
            try (SentimentClassifier plain = SentimentClassifier.fromCheckpoint(moved, SentimentClassifier.DEFAULTS)) {
                plain.save(own);
            }
            String refusal =
                    assertThrows(BundleException.class, () -> base.open(own)).getMessage();
            assertTrue(refusal.contains("expected an adapter"), refusal);
        }
    }

    @Test
    void adaptTheBertOfABundle() throws IOException {
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        try (SentimentClassifier plain =
                SentimentClassifier.fromCheckpoint(checkpoint, OPTIONS.withTuning(Tuning.NONE))) {
            plain.fit(train.subList(0, 64), 1);
            plain.save(first);
        }
        List<Sentiment> trained;
        try (SentimentClassifier adapted = SentimentClassifier.load(first, OPTIONS)) {
            adapted.fit(train.subList(64, 128), 1);
            trained = adapted.predict(texts);
            adapted.save(second);
        }
        try (SentimentClassifier loaded = SentimentClassifier.load(second)) {
            assertEquals(trained, loaded.predict(texts));
        }
    }

    private static void assertClose(List<Sentiment> expected, List<Sentiment> actual) {
        assertArrayEquals(
                expected.stream().mapToDouble(Sentiment::positive).toArray(),
                IntStream.range(0, actual.size())
                        .mapToDouble(i -> actual.get(i).positive())
                        .toArray(),
                1e-5);
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toList());
        }
    }
}
