package io.github.bert4j.examples;

import static io.github.bert4j.similarity.PairLoss.NEGATIVES;

import io.github.bert4j.datasets.PairFiles;
import io.github.bert4j.reranking.Reranker;
import io.github.bert4j.reranking.TwoStageSearch;
import io.github.bert4j.similarity.HardNegatives;
import io.github.bert4j.similarity.LabelledPair;
import io.github.bert4j.similarity.Pooling;
import io.github.bert4j.similarity.SentenceEncoder;
import io.github.bert4j.similarity.SentenceIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Retrieval: vectors that find texts, and a reranker that puts in order what they found. */
public final class RetrievalExample {
    private RetrievalExample() {}

    /** @param arguments the checkpoint's directory, a file of scored pairs, and where directory and bundle go */
    public static void main(String[] arguments) throws IOException {
        List<LabelledPair> pairs = PairFiles.read(List.of(Path.of(arguments[1])), System.err::println);
        List<LabelledPair> mined = find(Path.of(arguments[0]), pairs, pairs, Path.of(arguments[2], "vectors"));
        rerank(Path.of(arguments[0]), mined, Path.of(arguments[2]));
    }

    static List<LabelledPair> find(
            Path checkpoint, List<LabelledPair> train, List<LabelledPair> validation, Path directory)
            throws IOException {
        // The guide shows what follows.
        var options = SentenceEncoder.DEFAULTS.withBatchSize(64); // the more texts, the more negatives
        try (var encoder = SentenceEncoder.fromCheckpoint(checkpoint, Pooling.CLS, NEGATIVES, options)) {
            encoder.fit(train, 2, validation);
            var found = encoder.evaluate(validation).ranking().orElseThrow();
            System.out.println(found.recallAt1() + " " + found.ndcgAt10());
            encoder.saveSentenceTransformers(directory); // or save(bundle)
            return HardNegatives.DEFAULT.mine(encoder, train); // for a reranker, or to train on
        }
        // So far the guide.
    }

    static void rerank(Path checkpoint, List<LabelledPair> mined, Path directory) throws IOException {
        // The guide shows what follows.
        try (var reranker = Reranker.fromCheckpoint(checkpoint, Reranker.DEFAULTS);
                var encoder = SentenceEncoder.fromSentenceTransformers(
                        directory.resolve("vectors"), SentenceEncoder.DEFAULTS)) {
            reranker.fit(mined, 3);
            reranker.save(directory.resolve("reranker"));
            var index = SentenceIndex.of(encoder, List.of("怎么退货", "什么时候发货", "忘记密码怎么办"));
            var search = new TwoStageSearch(index, reranker, 2); // two candidates are read closely
            for (var text : search.search("东西不合适，能退吗", 1)) {
                System.out.println(text.text() + " " + text.score());
            }
        }
        // So far the guide.
    }
}
