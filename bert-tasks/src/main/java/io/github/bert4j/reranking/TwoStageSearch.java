package io.github.bert4j.reranking;

import io.github.bert4j.similarity.LabelledPair;
import io.github.bert4j.similarity.RankingEvaluation;
import io.github.bert4j.similarity.SentenceEncoder;
import io.github.bert4j.similarity.SentenceIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Searches in two steps: vectors find some texts among many, and a reranker puts these in order.
 *
 * @param index the texts, by their vectors
 * @param candidates how many texts the reranker reads for each query
 */
public record TwoStageSearch(SentenceIndex index, Reranker reranker, int candidates) {
    /** Candidates, if nothing else is said. */
    public static final int DEFAULT_CANDIDATES = 20;

    /** @throws IllegalArgumentException if there are no candidates */
    public TwoStageSearch {
        if (candidates < 1) {
            throw new IllegalArgumentException(candidates + " candidates for the reranker: expected at least 1");
        }
    }

    /** With {@value #DEFAULT_CANDIDATES} candidates; neither encoder nor reranker is closed. */
    public static TwoStageSearch of(SentenceIndex index, Reranker reranker) {
        return new TwoStageSearch(index, reranker, DEFAULT_CANDIDATES);
    }

    /**
     * The texts that answer a query best, by the reranker's scores.
     *
     * @param count how many, at most as many as there are candidates
     * @throws IllegalArgumentException if the count is below 1 or above the number of candidates
     */
    public List<Reranker.Ranked> search(String query, int count) {
        if (count < 1 || count > candidates) {
            throw new IllegalArgumentException(
                    "The best %d texts of %d candidates: expected at least 1, and no more than there are"
                            .formatted(count, candidates));
        }
        List<Reranker.Ranked> ranked = ranked(query, index.search(query, candidates));
        return ranked.subList(0, Math.min(count, ranked.size()));
    }

    /**
     * At which places texts are found, see {@link RankingEvaluation#of(List, RankingEvaluation.Search)}; those that are no
     * candidates come after all that are.
     */
    public static RankingEvaluation evaluate(
            SentenceEncoder encoder, Reranker reranker, int candidates, List<LabelledPair> pairs) {
        return RankingEvaluation.of(pairs, (queries, texts) -> {
            var search = new TwoStageSearch(SentenceIndex.of(encoder, texts), reranker, candidates);
            List<List<SentenceIndex.Match>> found = search.index.search(queries, texts.size());
            return IntStream.range(0, queries.size())
                    .mapToObj(i -> search.order(queries.get(i), found.get(i)))
                    .toList();
        });
    }

    private int[] order(String query, List<SentenceIndex.Match> all) {
        int first = Math.min(candidates, all.size());
        List<Integer> numbers = new ArrayList<>();
        ranked(query, all.subList(0, first)).forEach(text -> numbers.add(text.number()));
        all.subList(first, all.size()).forEach(match -> numbers.add(match.number()));
        return numbers.stream().mapToInt(number -> number).toArray();
    }

    private List<Reranker.Ranked> ranked(String query, List<SentenceIndex.Match> found) {
        return reranker
                .rank(query, found.stream().map(SentenceIndex.Match::text).toList())
                .stream()
                .map(ranked -> new Reranker.Ranked(found.get(ranked.number()).number(), ranked.text(), ranked.score()))
                .toList();
    }
}
