package io.github.bert4j.checkpoint;

import java.util.Collection;
import java.util.Comparator;
import java.util.stream.Collectors;

/** Suggests names for one that was not found. */
final class NearNames {
    private static final int SUGGESTIONS = 3;

    private NearNames() {}

    static String describe(String wanted, Collection<String> names) {
        if (names.isEmpty()) {
            return "it has no tensors at all";
        }
        return "the nearest of its " + names.size() + " names are "
                + names.stream()
                        .sorted(Comparator.comparingInt(name -> distance(wanted, name)))
                        .limit(SUGGESTIONS)
                        .map(name -> "'" + name + "'")
                        .collect(Collectors.joining(", "));
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitution = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substitution, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
