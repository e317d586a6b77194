package io.github.bert4j.similarity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.TestData;
import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.sentiment.LabelledReview;
import io.github.bert4j.sentiment.SentimentClassifier;
import io.github.bert4j.task.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SentenceEncoderTest {
    private static final TrainingOptions OPTIONS =
            SentenceEncoder.DEFAULTS.withLearningRate(2e-3).withMaxLength(40);

    @TempDir
    Path folder;

    private List<LabelledPair> train;
    private List<LabelledPair> validation;
    private List<String> texts;
    private Path checkpoint;

    @BeforeEach
    void prepare() throws IOException {
        train = TestData.pairs("train.tsv");
        validation = TestData.pairs("valid.tsv");
        texts = validation.stream()
                .flatMap(pair -> Stream.of(pair.first(), pair.second()))
                .distinct()
                .toList();
        checkpoint = TestData.smallBert(
                folder,
                32,
                64,
                train.stream()
                        .flatMap(pair -> Stream.of(pair.first(), pair.second()))
                        .toList());
    }

    @Test
    void learnsWhichTextsAskTheSame() throws IOException {
        try (SentenceEncoder encoder = SentenceEncoder.fromCheckpoint(checkpoint, Pooling.MEAN, OPTIONS)) {
            double[] accuracy = encoder.fit(train, 12, validation).values("val_accuracy");
            SimilarityEvaluation evaluation = encoder.evaluate(validation);
            assertTrue(evaluation.accuracy() >= 0.95, evaluation.toString());
            assertTrue(evaluation.spearman() >= 0.8, evaluation.toString());
            assertEquals(evaluation.accuracy(), accuracy[accuracy.length - 1]);
        }
    }

    @ParameterizedTest
    @EnumSource
    void encodesTheSameAfterSavingAndLoading(Pooling pooling) throws IOException {
        Path bundle = folder.resolve("bundle");
        List<float[]> before;
        try (SentenceEncoder encoder = SentenceEncoder.fromCheckpoint(checkpoint, pooling, OPTIONS)) {
            encoder.fit(train, 1);
            before = encoder.encode(texts);
            encoder.save(bundle);
        }
        try (SentenceEncoder encoder = SentenceEncoder.load(bundle)) {
            assertArrayEquals(before.toArray(), encoder.encode(texts).toArray());
        }
    }

    @ParameterizedTest
    @EnumSource
    void encodesATextTheSameWhateverItIsPaddedTo(Pooling pooling) throws IOException {
        try (SentenceEncoder encoder = SentenceEncoder.fromCheckpoint(checkpoint, pooling, OPTIONS)) {
            List<String> some = List.of("退货", texts.get(0), "发货，发货，发货，发货，什么时候发货");
            List<float[]> together = encoder.encode(some);
            for (int i = 0; i < some.size(); i++) {
                assertArrayEquals(encoder.encode(some.get(i)), together.get(i), 1e-5f);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "COSENT")
    void learnsToFindTexts(PairLoss loss) throws IOException {
        try (SentenceEncoder encoder = SentenceEncoder.fromCheckpoint(checkpoint, Pooling.MEAN, loss, OPTIONS)) {
            RankingEvaluation before = encoder.rank(validation);
            double[] measured = encoder.fit(train, 8, validation).values("val_ndcg@10");
            RankingEvaluation after = encoder.evaluate(validation).ranking().orElseThrow();
            assertTrue(after.ndcgAt10() > before.ndcgAt10() + 0.1, before + " " + after);
            assertEquals(after.ndcgAt10(), measured[measured.length - 1]);
            Path bundle = folder.resolve(loss.name());
            encoder.save(bundle);
            try (SentenceEncoder loaded = SentenceEncoder.load(bundle)) {
                assertEquals(after, loaded.evaluate(validation).ranking().orElseThrow());
            }
        }
    }

    @Test
    void minesWhatItTakesForSimilarAndIsNot() throws IOException {
        try (SentenceEncoder encoder = SentenceEncoder.fromCheckpoint(checkpoint, Pooling.MEAN, OPTIONS)) {
            List<LabelledPair> similar =
                    train.stream().filter(pair -> pair.score() == 1).toList();
            List<LabelledPair> mined = new HardNegatives(2, 2).mine(encoder, similar);
            RetrievalRows rows = new RetrievalRows(similar);
            List<LabelledPair> negatives = mined.subList(similar.size(), mined.size());
            assertTrue(negatives.size() > rows.similar().size(), mined.size() + " pairs");
            for (LabelledPair negative : negatives) {
                assertEquals(0, negative.score());
                assertTrue(!rows.alike(negative.first(), negative.second()), negative.toString());
            }
        }
    }

    @Test
    void aDirectoryOfSentenceTransformersKeepsHowVectorsAreMade() throws IOException {
        var head = new SimilarityTask.Head(
                Pooling.MEAN, 30, PairLoss.COSENT, 0, true, Map.of("query", "退货", "document", "发货"), "document");
        Path directory = folder.resolve("vectors");
        try (SentenceEncoder encoder = SimilarityTask.TASK.fromCheckpoint(checkpoint, head, OPTIONS)) {
            encoder.saveSentenceTransformers(directory);
            try (SentenceEncoder read = SentenceEncoder.fromSentenceTransformers(directory, SentenceEncoder.DEFAULTS)) {
                assertEquals(head, read.head());
                assertArrayEquals(encoder.encode("怎么退货"), read.encode("怎么退货"));
                assertArrayEquals(
                        encoder.encodeQueries(texts).toArray(),
                        read.encodeQueries(texts).toArray());
                assertTrue(Cosine.of(
                                read.encode("怎么退货"),
                                read.encodeQueries(List.of("怎么退货")).get(0))
                        < 0.99999);
            }
        }
    }

    @Test
    void refusesAModuleOfSentenceTransformersThatIsNotDone() throws IOException {
        Path directory = folder.resolve("vectors");
        try (SentenceEncoder encoder = SentenceEncoder.fromCheckpoint(checkpoint, Pooling.MEAN, OPTIONS)) {
            encoder.saveSentenceTransformers(directory);
        }
        Path modules = directory.resolve("modules.json");
        Files.writeString(modules, Files.readString(modules).replace("models.Pooling", "models.Dense"));
        String message = assertThrows(
                        IOException.class,
                        () -> SentenceEncoder.fromSentenceTransformers(directory, SentenceEncoder.DEFAULTS))
                .getMessage();
        assertTrue(message.contains("a module Dense"), message);
    }

    @Test
    void normalizesIfAsked() throws IOException {
        try (SentenceEncoder encoder = SentenceEncoder.fromCheckpoint(checkpoint, Pooling.MEAN, OPTIONS)) {
            float[] plain = encoder.encode("怎么退货");
            float[] unit = encoder.encode(List.of("怎么退货"), Normalization.L2).get(0);
            double squares = 0;
            for (float number : plain) {
                squares += (double) number * number;
            }
            for (int i = 0; i < unit.length; i++) {
                assertEquals(plain[i] / Math.sqrt(squares), unit[i], 1e-6);
            }
            assertEquals(1, encoder.similarity("怎么退货", "怎么退货"), 1e-12);
            assertEquals(List.of(), encoder.encode(List.of()));
        }
    }

    @Test
    void readsTheBertOfAnotherTasksBundle() throws IOException {
        Path bundle = folder.resolve("sentiment");
        var options = SentimentClassifier.DEFAULTS.withLearningRate(1e-3);
        try (SentimentClassifier classifier = SentimentClassifier.fromCheckpoint(checkpoint, options)) {
            classifier.fit(List.of(new LabelledReview(1, "退货"), new LabelledReview(0, "发货")), 2);
            classifier.save(bundle);
            try (Bundle opened = Bundle.open(bundle);
                    SentenceEncoder trained = SentenceEncoder.fromBundle(opened, Pooling.CLS, OPTIONS);
                    SentenceEncoder original = SentenceEncoder.fromCheckpoint(checkpoint, Pooling.CLS, OPTIONS)) {
                assertTrue(Cosine.of(trained.encode("退货"), original.encode("退货")) < 0.9999);
                var weights = trained.model().weights();
                assertTrue(weights.size() > 30);
                for (var weight : weights) {
                    var same = classifier.model().weights().stream()
                            .filter(other -> other.name().equals(weight.name()))
                            .findFirst()
                            .orElseThrow();
                    assertArrayEquals(same.values(), weight.values(), weight.name());
                }
            }
        }
    }

    @Test
    void refusesPairsWithoutAnOrder() throws IOException {
        try (SentenceEncoder encoder = SentenceEncoder.fromCheckpoint(checkpoint, Pooling.CLS, OPTIONS)) {
            var pairs = List.of(new LabelledPair(1, "a", "b"), new LabelledPair(1, "a", "c"));
            String message = assertThrows(IllegalArgumentException.class, () -> encoder.fit(pairs, 1))
                    .getMessage();
            assertTrue(message.contains("expected at least two scores"), message);
        }
    }

    @Test
    void searchesAsComparingWithAllDoes() throws IOException {
        try (SentenceEncoder encoder = SentenceEncoder.fromCheckpoint(checkpoint, Pooling.MEAN, OPTIONS)) {
            SentenceIndex index = SentenceIndex.of(encoder, texts);
            String query = "我要退货";
            double[] similarities = encoder.similarities(Collections.nCopies(texts.size(), query), texts);
            List<Integer> expected = IntStream.range(0, texts.size())
                    .boxed()
                    .sorted(Comparator.comparingDouble(i -> -similarities[i]))
                    .limit(5)
                    .toList();
            List<SentenceIndex.Match> found = index.search(query, 5);
            assertEquals(
                    expected, found.stream().map(SentenceIndex.Match::number).toList());
            for (SentenceIndex.Match match : found) {
                assertEquals(texts.get(match.number()), match.text());
                assertEquals(similarities[match.number()], match.similarity(), 1e-6);
            }
            assertEquals(texts.size(), index.search(query, 1000).size());
            assertEquals(texts.get(7), index.search(texts.get(7), 1).get(0).text());
            assertThrows(IllegalArgumentException.class, () -> index.search(query, 0));
        }
    }
}
