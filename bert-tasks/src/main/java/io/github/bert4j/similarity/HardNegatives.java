package io.github.bert4j.similarity;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Texts that an encoder takes for similar to a query although they do not belong to it: what there is most to learn from.
 *
 * <pre>{@code
 * var mined = HardNegatives.DEFAULT.mine(encoder, pairs);
 * encoder.fit(mined, 1);
 * }</pre>
 *
 * <p>Source: de Souza P. Moreira et al., "NV-Retriever: Improving text embedding models with effective hard-negative mining", 3.2
 * (TopK-PercPos), for the limit.
 *
 * @param perQuery how many are looked for
 * @param largestShare of the similarity of the query and its own text: what is more similar is left out, since it may well
 *     belong to the query although no pair says so
 */
public record HardNegatives(int perQuery, double largestShare) {
    /** One for each query, with at most 0.95 of the similarity. */
    public static final HardNegatives DEFAULT = new HardNegatives(1, 0.95);

    /** @throws IllegalArgumentException if none is looked for, or the share is not above 0 */
    public HardNegatives {
        if (perQuery < 1 || !(largestShare > 0)) {
            throw new IllegalArgumentException(
                    "%d negatives per query up to %s of the similarity: expected at least 1, and more than 0"
                            .formatted(perQuery, largestShare));
        }
    }

    /**
     * The pairs, and for each query that has a similar text pairs with hard negatives, of a score that is the lowest of all and
     * below 1.
     */
    public List<LabelledPair> mine(SentenceEncoder encoder, List<LabelledPair> pairs) {
        RetrievalRows rows = new RetrievalRows(pairs);
        List<String> queries = List.copyOf(rows.similar().keySet());
        SentenceIndex index = SentenceIndex.of(encoder, rows.texts());
        double lowest = pairs.stream().mapToDouble(LabelledPair::score).min().orElseThrow();
        double highest = pairs.stream().mapToDouble(LabelledPair::score).max().orElseThrow();
        double score = lowest < highest ? lowest : lowest - 1;
        List<LabelledPair> mined = new ArrayList<>(pairs);
        int looked = perQuery + largest(rows.similar());
        // More than are wanted are looked at, as those that are alike are left out.
        List<List<SentenceIndex.Match>> found = index.search(queries, 4 * looked);
        for (int i = 0; i < queries.size(); i++) {
            String query = queries.get(i);
            double limit =
                    largestShare * similarity(encoder, query, rows.similar().get(query), found.get(i));
            found.get(i).stream()
                    .filter(match -> match.similarity() <= limit && !rows.alike(query, match.text()))
                    .limit(perQuery)
                    .forEach(match -> mined.add(new LabelledPair(score, query, match.text())));
        }
        return mined;
    }

    private static int largest(Map<String, Set<String>> similar) {
        return similar.values().stream().mapToInt(Set::size).max().orElse(0);
    }

    /** Of a query and the most similar of its own texts, which mostly is among those found. */
    private static double similarity(
            SentenceEncoder encoder, String query, Set<String> own, List<SentenceIndex.Match> found) {
        return found.stream()
                .filter(match -> own.contains(match.text()))
                .mapToDouble(SentenceIndex.Match::similarity)
                .findFirst()
                .orElseGet(() -> encoder.similarity(query, own.iterator().next()));
    }
}
