package io.github.bert4j.benchmarks;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.bert4j.kernels.Threads;
import io.github.bert4j.sentiment.Sentiment;
import io.github.bert4j.sentiment.SentimentClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Whether one loaded classifier answers many threads as it answers one, and in the same memory; prints one line, an
 * {@link Agreement}. The exit code is 1 if any answer differs.
 */
@Command(
        name = "concurrency",
        description = "Predictions of one classifier by many threads, compared with those by one thread.")
final class ConcurrencyBenchmark implements Callable<Integer> {
    /** Of probabilities; the same numbers are added up in the same order, so there should be none. */
    private static final double TOLERATED = 1e-6;

    @Parameters(index = "0", paramLabel = "BUNDLE", description = "A trained sentiment classifier.")
    private Path bundle;

    @Parameters(index = "1", paramLabel = "FILE.tsv", description = "Lines of label, TAB, text; texts of all lengths.")
    private Path lines;

    @Option(names = "--callers", defaultValue = "8", description = "Threads that predict.")
    private int callers;

    @Option(
            names = "--predictions",
            defaultValue = "2000",
            description = "Texts that each of them predicts, one by one.")
    private int predictions;

    @Option(names = "--threads", defaultValue = "1", description = "Threads of one computation.")
    private int threads;

    @Option(
            names = "--after",
            split = ",",
            defaultValue = "1000,10000",
            description = "Predictions of all callers together after which to look at memory.")
    private ConcurrentSkipListSet<Integer> after;

    @Spec
    private CommandSpec spec;

    /**
     * What is printed.
     *
     * @param labels that differ from one thread's
     * @param difference the largest of two probabilities
     * @param looks at memory, by number of predictions
     */
    record Agreement(
            int callers,
            int predictions,
            @JsonProperty("differing_labels") int labels,
            @JsonProperty("largest_difference") double difference,
            double seconds,
            List<MemoryBenchmark.Look> looks) {}

    @Override
    public Integer call() throws IOException, InterruptedException, ExecutionException {
        Threads.use(threads);
        try (var all = Files.lines(lines);
                SentimentClassifier classifier = SentimentClassifier.load(bundle)) {
            List<String> texts = all.limit(predictions)
                    .map(line -> line.substring(line.indexOf('\t') + 1))
                    .toList();
            List<Sentiment> alone = texts.stream().map(classifier::predict).toList();
            Agreement agreement = together(classifier, texts, alone);
            spec.commandLine().getOut().println(Benchmarks.json(agreement));
            return agreement.labels() == 0 && agreement.difference() <= TOLERATED ? 0 : 1;
        }
    }

    private Agreement together(SentimentClassifier classifier, List<String> texts, List<Sentiment> alone)
            throws IOException, InterruptedException, ExecutionException {
        AtomicInteger done = new AtomicInteger();
        List<MemoryBenchmark.Look> looks = new ArrayList<>();
        ExecutorService pool = Executors.newFixedThreadPool(callers);
        long start = System.nanoTime();
        try {
            List<Future<double[]>> answers = new ArrayList<>();
            for (int caller = 0; caller < callers; caller++) {
                int first = caller * texts.size() / callers;
                answers.add(pool.submit(() -> {
                    int labels = 0;
                    double difference = 0;
                    for (int i = 0; i < predictions; i++) {
                        int text = (first + i) % texts.size();
                        Sentiment sentiment = classifier.predict(texts.get(text));
                        Sentiment expected = alone.get(text);
                        labels += sentiment.label() == expected.label() ? 0 : 1;
                        difference = Math.max(difference, Math.abs(sentiment.positive() - expected.positive()));
                        int count = done.incrementAndGet();
                        if (after.contains(count)) {
                            look(looks, count);
                        }
                    }
                    return new double[] {labels, difference};
                }));
            }
            int labels = 0;
            double difference = 0;
            for (Future<double[]> answer : answers) {
                labels += (int) answer.get()[0];
                difference = Math.max(difference, answer.get()[1]);
            }
            look(looks, done.get());
            return new Agreement(callers, done.get(), labels, difference, (System.nanoTime() - start) / 1e9, looks);
        } finally {
            pool.shutdown();
        }
    }

    private void look(List<MemoryBenchmark.Look> looks, int count) throws IOException {
        MemoryBenchmark.Look look = MemoryBenchmark.Look.after(count);
        synchronized (looks) {
            looks.add(look);
        }
        spec.commandLine().getErr().println(look);
    }
}
