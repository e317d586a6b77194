package io.github.bert4j.results;

import io.github.bert4j.datasets.PairFiles;
import io.github.bert4j.reranking.Reranker;
import io.github.bert4j.reranking.TwoStageSearch;
import io.github.bert4j.similarity.HardNegatives;
import io.github.bert4j.similarity.LabelledPair;
import io.github.bert4j.similarity.PairLoss;
import io.github.bert4j.similarity.Pooling;
import io.github.bert4j.similarity.RankingEvaluation;
import io.github.bert4j.similarity.SentenceEncoder;
import io.github.bert4j.task.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code results retrieval}: the questions of the validation data are looked for among all of its texts, and among those of the
 * training data too: by vectors before and after training, and by both stages.
 */
@Command(name = "retrieval", description = "Where texts are found by vectors, and by a reranker.")
final class RetrievalResults implements Callable<Integer> {
    @Mixin
    private RunFile runs;

    @Option(names = "--checkpoint", required = true, description = "Of a BERT.")
    private Path checkpoint;

    @Option(names = "--train", required = true, description = "Lines of 0 or 1, TAB, text, TAB, text.")
    private Path train;

    @Option(names = "--valid", required = true, description = "The same.")
    private Path valid;

    @Option(names = "--pooling", description = "Of the vectors.")
    private Pooling pooling = Pooling.CLS;

    @Option(names = "--epochs", description = "Of the vectors.")
    private int epochs = 2;

    @Option(names = "--lr", description = "Of the vectors.")
    private double rate = 2e-5;

    @Option(names = "--batch", description = "Of the vectors.")
    private int batch = 64;

    @Option(names = "--mine", description = "Hard negatives to look for, per query.")
    private int mine;

    @Option(names = "--candidates", description = "That the reranker reads.")
    private int candidates = 10;

    @Option(names = "--reranker-epochs", description = "Of the reranker.")
    private int rerankerEpochs = 3;

    @Option(names = "--reranker-lr", description = "Of the reranker.")
    private double rerankerRate = 5e-5;

    @Option(names = "--seed", description = "Of the training.")
    private long seed = 42;

    @Override
    public Integer call() throws IOException {
        List<LabelledPair> pairs = PairFiles.read(List.of(train), message -> {});
        List<LabelledPair> asked = PairFiles.read(List.of(valid), message -> {});
        List<LabelledPair> more = new ArrayList<>(asked);
        // Nobody asks for these, which are found nevertheless.
        pairs.forEach(pair -> more.add(new LabelledPair(0, "", pair.second())));
        TrainingOptions options = SentenceEncoder.DEFAULTS
                .withBatchSize(batch)
                .withLearningRate(rate)
                .withSeed(seed);
        try (var encoder = SentenceEncoder.fromCheckpoint(checkpoint, pooling, PairLoss.NEGATIVES, options)) {
            String name = pooling.name().toLowerCase(Locale.ROOT);
            runs.add("retrieval", name + ", untrained", seed, () -> both(encoder::rank, asked, more));
            List<LabelledPair> mined = new HardNegatives(1, 1).mine(encoder, pairs);
            encoder.fit(mine == 0 ? pairs : new HardNegatives(mine, 0.95).mine(encoder, pairs), epochs);
            runs.add(
                    "retrieval",
                    "%s, in-batch negatives, %d mined, %s, batch %d, %d epochs"
                            .formatted(name, mine, rate, batch, epochs),
                    seed,
                    () -> both(encoder::rank, asked, more));
            String second =
                    "%s, and a reranker of %d, %s, %d epochs".formatted(name, candidates, rerankerRate, rerankerEpochs);
            runs.add("retrieval", second, seed, () -> {
                TrainingOptions ofReranker = Reranker.DEFAULTS
                        .withMaxLength(100)
                        .withLearningRate(rerankerRate)
                        .withSeed(seed);
                try (var reranker = Reranker.fromCheckpoint(checkpoint, ofReranker)) {
                    reranker.fit(mined, rerankerEpochs);
                    return TwoStageSearch.evaluate(encoder, reranker, candidates, asked)
                            .metrics();
                }
            });
        }
        return 0;
    }

    private static Map<String, Double> both(
            Function<List<LabelledPair>, RankingEvaluation> measure, List<LabelledPair> own, List<LabelledPair> more) {
        Map<String, Double> figures = new LinkedHashMap<>(measure.apply(own).metrics());
        RankingEvaluation among = measure.apply(more);
        figures.put("recall@1 among all", among.recallAt1());
        figures.put("mrr@10 among all", among.mrrAt10());
        return figures;
    }
}
