package io.github.bert4j.similarity;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Scored pairs seen as queries and texts: the pairs whose score lies in the upper half of the scale belong together, and a text
 * that is paired with a query below that is a hard negative of it. Where all scores are the same, all pairs belong together.
 */
final class RetrievalRows {
    private final Map<String, Set<String>> similar = new LinkedHashMap<>();
    private final Map<String, Set<String>> different = new LinkedHashMap<>();
    private final Map<String, String> parents = new HashMap<>();
    private final Map<String, Integer> numbers = new HashMap<>();

    /**
     * What is learned from at once.
     *
     * @param group of the query and its text: that of all texts that pairs say to be alike
     * @param negativeGroup below 0 where there is no negative
     */
    record Row(String query, String text, int group, Optional<String> negative, int negativeGroup) {}

    /** @throws IllegalArgumentException if there are no pairs */
    RetrievalRows(List<LabelledPair> pairs) {
        double lowest = pairs.stream()
                .mapToDouble(LabelledPair::score)
                .min()
                .orElseThrow(() -> new IllegalArgumentException("No pairs: expected at least one"));
        double highest = pairs.stream().mapToDouble(LabelledPair::score).max().orElseThrow();
        double half = lowest + (highest - lowest) / 2;
        for (LabelledPair pair : pairs) {
            boolean belongs = lowest == highest || pair.score() > half;
            (belongs ? similar : different)
                    .computeIfAbsent(pair.first(), query -> new LinkedHashSet<>())
                    .add(pair.second());
            if (belongs) {
                parents.put(root(pair.first()), root(pair.second()));
            }
        }
    }

    /** Queries, each with the texts that belong to it. */
    Map<String, Set<String>> similar() {
        return similar;
    }

    /** Those with which queries are paired, whether they belong to them or not. */
    List<String> texts() {
        Set<String> all = new LinkedHashSet<>();
        similar.values().forEach(all::addAll);
        different.values().forEach(all::addAll);
        return List.copyOf(all);
    }

    /** Whether pairs say, directly or by others, that two texts are alike. */
    boolean alike(String a, String b) {
        return root(a).equals(root(b));
    }

    /** Every query with every text that belongs to it and every hard negative of it at least once. */
    List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        similar.forEach((query, texts) -> {
            List<String> own = List.copyOf(texts);
            List<String> negatives = List.copyOf(different.getOrDefault(query, Set.of()));
            for (int i = 0; i < Math.max(own.size(), negatives.size()); i++) {
                Optional<String> negative =
                        negatives.isEmpty() ? Optional.empty() : Optional.of(negatives.get(i % negatives.size()));
                rows.add(new Row(
                        query,
                        own.get(i % own.size()),
                        group(query),
                        negative,
                        negative.map(this::group).orElse(-1)));
            }
        });
        return rows;
    }

    private int group(String text) {
        return numbers.computeIfAbsent(root(text), same -> numbers.size());
    }

    private String root(String text) {
        String parent = parents.getOrDefault(text, text);
        if (parent.equals(text)) {
            return text;
        }
        String root = parent;
        while (!parents.getOrDefault(root, root).equals(root)) {
            root = parents.get(root);
        }
        parents.put(text, root);
        return root;
    }
}
