package io.github.bert4j.task;

import io.github.bert4j.tokenize.Encoding;
import io.github.bert4j.tokenize.Tokenizer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What of some texts a vocabulary does not have.
 *
 * @param tokens all of them
 * @param unknown how often each stretch of text became {@code [UNK]}
 */
record UnknownTokens(long tokens, Map<String, Integer> unknown) {
    private static final double TOLERATED = 0.01;
    private static final int SHOWN = 5;

    static UnknownTokens in(Stream<String> texts, Tokenizer tokenizer) {
        int id = tokenizer.vocabulary().unknownId();
        Map<String, Integer> unknown = new HashMap<>();
        long[] tokens = {0};
        texts.forEach(text -> {
            Encoding encoding = tokenizer.encode(text);
            tokens[0] += encoding.length() - 2;
            for (int i = 1; i < encoding.length() - 1; i++) {
                if (encoding.ids()[i] == id) {
                    unknown.merge(text.substring(encoding.start(i), encoding.end(i)), 1, Integer::sum);
                }
            }
        });
        return new UnknownTokens(tokens[0], unknown);
    }

    double share() {
        long sum = unknown.values().stream().mapToLong(Integer::longValue).sum();
        return tokens == 0 ? 0 : (double) sum / tokens;
    }

    /** What is to be told where texts and vocabulary do not fit. */
    Optional<String> warning() {
        if (share() <= TOLERATED) {
            return Optional.empty();
        }
        String most = unknown.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(SHOWN)
                .map(entry -> "\"%s\" (%d)".formatted(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(", "));
        return Optional.of(String.format(
                Locale.ROOT,
                "%.1f %% of the training data's tokens are [UNK], above all %s: is the vocabulary of this language, and"
                        + " are capitals kept or lower-cased as it needs?",
                100 * share(),
                most));
    }
}
