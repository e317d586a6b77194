package io.github.bert4j.similarity;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * At which places the texts that belong to queries are found, all means over queries and between 0 and 1.
 *
 * @param queries that have a text which belongs to them
 * @param recallAt1 the fraction of a query's texts that are in the first place
 * @param recallAt10 the fraction of a query's texts that are in the first ten
 * @param mrrAt10 the inverse of the first place at which one is, 0 where that is not among the first ten
 * @param ndcgAt10 each of the first ten counts the less the later it is found, {@code 1 / log2(place + 1)}, divided by what the
 *     best order would give
 * @param map the mean precision at the places where a query's texts are found, among all
 */
public record RankingEvaluation(
        int queries, double recallAt1, double recallAt10, double mrrAt10, double ndcgAt10, double map) {
    private static final int FIRST = 10;

    /**
     * Measures orders of texts.
     *
     * @param orders for each query which places, from 0, hold texts that belong to it, ascending; all of them are found somewhere
     * @throws IllegalArgumentException if there are no queries, or one has no text
     */
    public static RankingEvaluation of(List<int[]> orders) {
        if (orders.isEmpty() || orders.stream().anyMatch(places -> places.length == 0)) {
            throw new IllegalArgumentException(
                    "%d queries: expected at least one, and for each a text that belongs to it"
                            .formatted(orders.size()));
        }
        return new RankingEvaluation(
                orders.size(),
                mean(orders, places -> recall(places, 1)),
                mean(orders, places -> recall(places, FIRST)),
                mean(orders, places -> places[0] < FIRST ? 1.0 / (places[0] + 1) : 0),
                mean(orders, RankingEvaluation::ndcg),
                mean(orders, RankingEvaluation::averagePrecision));
    }

    /** Puts texts in order for queries. */
    @FunctionalInterface
    public interface Search {
        /** For each query the numbers of all texts, from 0, the best first. */
        List<int[]> orders(List<String> queries, List<String> texts);
    }

    /**
     * Looks for the texts of queries among all texts of some pairs: pairs of a score in the upper half belong together. A query
     * itself is not looked for where it is the text of another one.
     */
    public static RankingEvaluation of(List<LabelledPair> pairs, Search search) {
        RetrievalRows rows = new RetrievalRows(pairs);
        List<String> queries = List.copyOf(rows.similar().keySet());
        List<String> texts = rows.texts();
        List<int[]> orders = search.orders(queries, texts);
        return of(IntStream.range(0, queries.size())
                .mapToObj(
                        i -> places(queries.get(i), IntStream.of(orders.get(i)).mapToObj(texts::get), rows))
                .filter(places -> places.length > 0) // of a query that is paired with itself alone
                .toList());
    }

    /** At which places a query's own texts are found. */
    private static int[] places(String query, Stream<String> found, RetrievalRows rows) {
        List<String> others = found.filter(text -> !text.equals(query)).toList();
        Set<String> wanted = rows.similar().get(query);
        return IntStream.range(0, others.size())
                .filter(place -> wanted.contains(others.get(place)))
                .toArray();
    }

    /** By the names under which they are printed: {@code recall@1} … */
    public Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("recall@1", recallAt1);
        metrics.put("recall@10", recallAt10);
        metrics.put("mrr@10", mrrAt10);
        metrics.put("ndcg@10", ndcgAt10);
        metrics.put("map", map);
        return metrics;
    }

    private static double mean(List<int[]> orders, ToDoubleFunction<int[]> measure) {
        return orders.stream().mapToDouble(measure).average().orElseThrow();
    }

    private static double recall(int[] places, int first) {
        return (double) IntStream.of(places).filter(place -> place < first).count() / places.length;
    }

    private static double ndcg(int[] places) {
        double gain = IntStream.of(places)
                .filter(place -> place < FIRST)
                .mapToDouble(RankingEvaluation::discount)
                .sum();
        double best = IntStream.range(0, Math.min(FIRST, places.length))
                .mapToDouble(RankingEvaluation::discount)
                .sum();
        return gain / best;
    }

    private static double discount(int place) {
        return Math.log(2) / Math.log(place + 2);
    }

    private static double averagePrecision(int[] places) {
        return IntStream.range(0, places.length)
                .mapToDouble(i -> (i + 1.0) / (places[i] + 1))
                .average()
                .orElseThrow();
    }
}
