package io.github.bert4j.reranking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.TestData;
import io.github.bert4j.similarity.LabelledPair;
import io.github.bert4j.similarity.Pooling;
import io.github.bert4j.similarity.SentenceEncoder;
import io.github.bert4j.similarity.SentenceIndex;
import io.github.bert4j.similarity.SimilarityEvaluation;
import io.github.bert4j.similarity.TextPair;
import io.github.bert4j.task.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RerankerTest {
    private static final TrainingOptions OPTIONS =
            Reranker.DEFAULTS.withLearningRate(2e-3).withMaxLength(60);

    @TempDir
    Path folder;

    private List<LabelledPair> train;
    private List<LabelledPair> validation;
    private Path checkpoint;

    @BeforeEach
    void prepare() throws IOException {
        train = TestData.pairs("train.tsv");
        validation = TestData.pairs("valid.tsv");
        checkpoint = TestData.smallBert(
                folder,
                32,
                64,
                train.stream()
                        .flatMap(pair -> Stream.of(pair.first(), pair.second()))
                        .toList());
    }

    @Test
    void learnsWhichTextsAnswerAndKeepsItInABundle() throws IOException {
        Path bundle = folder.resolve("reranker");
        SimilarityEvaluation measured;
        Path ofTopics = TestData.smallBert(
                folder.resolve("topics"),
                32,
                64,
                topics("train.tsv").stream()
                        .flatMap(pair -> Stream.of(pair.first(), pair.second()))
                        .toList());
        try (Reranker reranker = Reranker.fromCheckpoint(ofTopics, OPTIONS)) {
            // From random weights, what a text is about is learned sooner than what two have in common.
            reranker.fit(topics("train.tsv"), 6);
            measured = reranker.evaluate(topics("valid.tsv"));
            assertTrue(measured.accuracy() >= 0.9, measured.toString());
            reranker.save(bundle);
        }
        try (Reranker reranker = Reranker.load(bundle)) {
            assertEquals(measured, reranker.evaluate(topics("valid.tsv")));
            List<String> texts = validation.stream().map(LabelledPair::second).toList();
            String query = validation.get(0).first();
            List<Reranker.Ranked> ranked = reranker.rank(query, texts);
            assertEquals(texts.size(), ranked.size());
            for (int i = 0; i < ranked.size(); i++) {
                Reranker.Ranked one = ranked.get(i);
                assertEquals(texts.get(one.number()), one.text());
                assertEquals(
                        reranker.predict(List.of(new TextPair(query, one.text())))
                                .get(0),
                        one.score(),
                        1e-6);
                assertTrue(i == 0 || ranked.get(i - 1).score() >= one.score());
            }
        }
    }

    @Test
    void putsInOrderWhatVectorsHaveFound() throws IOException {
        try (Reranker reranker = Reranker.fromCheckpoint(checkpoint, OPTIONS);
                SentenceEncoder encoder =
                        SentenceEncoder.fromCheckpoint(checkpoint, Pooling.MEAN, SentenceEncoder.DEFAULTS)) {
            List<String> texts =
                    validation.stream().map(LabelledPair::second).distinct().toList();
            SentenceIndex index = SentenceIndex.of(encoder, texts);
            String query = validation.get(0).first();
            var search = new TwoStageSearch(index, reranker, 5);
            List<String> candidates = index.search(query, 5).stream()
                    .map(SentenceIndex.Match::text)
                    .toList();
            List<Reranker.Ranked> found = search.search(query, 3);
            assertEquals(
                    reranker.rank(query, candidates).subList(0, 3).stream()
                            .map(Reranker.Ranked::text)
                            .toList(),
                    found.stream().map(Reranker.Ranked::text).toList());
            found.forEach(one -> assertEquals(texts.get(one.number()), one.text()));
            assertThrows(IllegalArgumentException.class, () -> search.search(query, 6));
            // With one candidate there is nothing to put in another order.
            assertEquals(encoder.rank(validation), TwoStageSearch.evaluate(encoder, reranker, 1, validation));
        }
    }

    @Test
    void refusesPairsOfOneScore() throws IOException {
        try (Reranker reranker = Reranker.fromCheckpoint(checkpoint, OPTIONS)) {
            var pairs = List.of(new LabelledPair(1, "a", "b"), new LabelledPair(1, "a", "c"));
            String message = assertThrows(IllegalArgumentException.class, () -> reranker.fit(pairs, 1))
                    .getMessage();
            assertTrue(message.contains("all of the same score"), message);
        }
    }

    private static List<LabelledPair> topics(String name) throws IOException {
        return TestData.classified(name).stream()
                .map(row -> new LabelledPair(
                        row.labels().contains("体育") ? 1 : 0, "体育", row.input().text()))
                .toList();
    }
}
