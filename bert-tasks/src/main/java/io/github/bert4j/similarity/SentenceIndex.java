package io.github.bert4j.similarity;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/** Finds the most similar of some texts, exactly, by comparing with all of them: fast enough for some 100,000. */
public final class SentenceIndex {
    private static final Comparator<Match> BEST_LAST =
            Comparator.comparingDouble(Match::similarity).thenComparing(Match::number, Comparator.reverseOrder());

    private final SentenceEncoder encoder;
    private final List<String> texts;
    private final List<float[]> vectors;

    /**
     * A text that was found.
     *
     * @param number its place among the texts, from 0
     * @param similarity the cosine, -1 to 1 but for rounding
     */
    public record Match(int number, String text, double similarity) {}

    private SentenceIndex(SentenceEncoder encoder, List<String> texts) {
        this.encoder = encoder;
        this.texts = List.copyOf(texts);
        this.vectors = encoder.encodeTexts(texts);
    }

    /** Encodes the texts; the encoder must not be trained any further, and is not closed. */
    public static SentenceIndex of(SentenceEncoder encoder, List<String> texts) {
        return new SentenceIndex(encoder, texts);
    }

    /**
     * The texts most similar to a query, best first; of equals the first.
     *
     * @param count how many, at most
     * @throws IllegalArgumentException if the count is below 1
     */
    public List<Match> search(String query, int count) {
        return search(List.of(query), count).get(0);
    }

    /** As {@link #search(String, int)} for several queries, which are encoded together. */
    public List<List<Match>> search(List<String> queries, int count) {
        if (count < 1) {
            throw new IllegalArgumentException("The best " + count + " texts: expected at least 1");
        }
        return encoder.encodeQueries(queries).stream()
                .map(query -> nearest(query, count))
                .toList();
    }

    /** For each query the numbers of all texts, from 0, the most similar first; of equals the first. */
    public List<int[]> orders(List<String> queries) {
        return search(queries, Math.max(1, texts.size())).stream()
                .map(found -> found.stream().mapToInt(Match::number).toArray())
                .toList();
    }

    /** What is searched, in the order of the numbers. */
    public List<String> texts() {
        return texts;
    }

    private List<Match> nearest(float[] query, int count) {
        PriorityQueue<Match> best = new PriorityQueue<>(BEST_LAST);
        IntStream.range(0, texts.size())
                .mapToObj(i -> new Match(i, texts.get(i), Cosine.dot(query, vectors.get(i))))
                .forEach(match -> {
                    best.add(match);
                    if (best.size() > count) {
                        best.remove();
                    }
                });
        return best.stream().sorted(BEST_LAST.reversed()).toList();
    }
}
