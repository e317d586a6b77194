package io.github.bert4j.examples;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.builtin.BuiltInModel;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.datasets.PairFiles;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.models.Model;
import io.github.bert4j.similarity.CosentLoss;
import io.github.bert4j.similarity.Cosine;
import io.github.bert4j.similarity.LabelledPair;
import io.github.bert4j.similarity.Pooling;
import io.github.bert4j.similarity.SentenceEncoder;
import io.github.bert4j.similarity.SentenceIndex;
import io.github.bert4j.tokenize.WordPieceTokenizer;
import io.github.bert4j.train.Adam;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** Similarity: vectors as a checkpoint has them, vectors learned from pairs, and the layers that they are made of. */
public final class SimilarityExample {
    private SimilarityExample() {}

    /** @param arguments a file of scored pairs, and where the bundle goes */
    public static void main(String[] arguments) throws IOException {
        List<LabelledPair> pairs = PairFiles.read(List.of(Path.of(arguments[0])), System.err::println);
        try (BuiltInModel model = BuiltInModel.unpack()) {
            search(model.directory());
            learn(model.directory(), pairs, pairs, Path.of(arguments[1]));
            compose(model.directory(), pairs);
        }
    }

    static void search(Path checkpoint) throws IOException {
        // The guide shows what follows.
        var options = SentenceEncoder.DEFAULTS.withGelu(BuiltInModel.GELU);
        try (var encoder = SentenceEncoder.fromCheckpoint(checkpoint, Pooling.CLS, options)) {
            var index = SentenceIndex.of(encoder, List.of("怎么退货", "什么时候发货", "忘记密码怎么办"));
            for (var match : index.search("东西不合适，能退吗", 2)) {
                System.out.println(match.text() + " " + match.similarity());
            }
        }
        // So far the guide.
    }

    static void learn(Path checkpoint, List<LabelledPair> train, List<LabelledPair> validation, Path bundle)
            throws IOException {
        // The guide shows what follows.
        try (var encoder = SentenceEncoder.fromCheckpoint(checkpoint, Pooling.MEAN, SentenceEncoder.DEFAULTS)) {
            encoder.fit(train, 3, validation); // pairs of texts with scores
            System.out.println(encoder.evaluate(validation).spearman());
            encoder.save(bundle);
        }
        try (var encoder = SentenceEncoder.load(bundle)) {
            System.out.println(encoder.similarity("怎么退货", "东西不合适，能退吗"));
        }
        // So far the guide.
    }

    static void compose(Path checkpoint, List<LabelledPair> train) throws IOException {
        // The guide shows what follows.
        try (var graph = new Graph(42)) {
            var bert = Bert.load(graph, checkpoint);
            var first = graph.ids("first");
            var second = graph.ids("second");
            var u = Pooling.MEAN.apply(bert.apply(first), first); // [batch, hidden]
            var v = Pooling.MEAN.apply(bert.apply(second), second); // by the same weights
            var model = Model.of(first, second).to(Cosine.of(u, v)); // [batch]

            var tokenizer = WordPieceTokenizer.uncased(bert.vocabulary());
            Function<LabelledPair, Sample> sample = pair -> Sample.of(
                            tokenizer.encode(pair.first(), 128).ids(),
                            tokenizer.encode(pair.second(), 128).ids())
                    .labelled((float) pair.score());
            model.compile(CosentLoss.DEFAULT, new Adam(2e-5)).fit(Dataset.of(train, 32, sample), 3);
        }
        // So far the guide.
    }
}
