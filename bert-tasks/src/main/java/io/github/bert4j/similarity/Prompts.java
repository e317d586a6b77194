package io.github.bert4j.similarity;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What some encoders were trained to read before a text, depending on what it is for, such as {@code "query: "}.
 *
 * @param byName texts by their names, among which {@code query} and {@code document} are known to searches
 * @param standard the name of the one that is read where no other is asked for; empty for none
 */
public record Prompts(Map<String, String> byName, String standard) {
    /** An encoder that reads texts as they are. */
    public static final Prompts NONE = new Prompts(Map.of(), "");

    private static final List<String> QUERY = List.of("query");
    private static final List<String> DOCUMENT = List.of("document", "passage", "corpus");

    /** @throws IllegalArgumentException if the standard one is not there */
    public Prompts {
        byName = Map.copyOf(new TreeMap<>(byName));
        if (!standard.isEmpty() && !byName.containsKey(standard)) {
            throw new IllegalArgumentException(
                    "The standard prompt \"%s\": expected one of %s".formatted(standard, byName.keySet()));
        }
    }

    /** Those that differ for queries and for what is looked for. */
    public static Prompts of(String query, String document) {
        return new Prompts(Map.of("query", query, "document", document), "");
    }

    /**
     * The prompt of a name.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public String named(String name) {
        return Optional.ofNullable(byName.get(name))
                .orElseThrow(() -> new IllegalArgumentException(
                        "There is no prompt \"%s\": expected one of %s".formatted(name, byName.keySet())));
    }

    /** Before texts of which nothing is known. */
    public String standardText() {
        return byName.getOrDefault(standard, "");
    }

    /** Before queries. */
    public String query() {
        return first(QUERY);
    }

    /** Before texts that are looked for. */
    public String document() {
        return first(DOCUMENT);
    }

    private String first(List<String> names) {
        return names.stream()
                .filter(byName::containsKey)
                .findFirst()
                .map(byName::get)
                .orElse(standardText());
    }
}
