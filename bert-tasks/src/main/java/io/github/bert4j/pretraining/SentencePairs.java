package io.github.bert4j.pretraining;

import io.github.bert4j.pretraining.Document.Extract;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Pairs of texts of which half follow each other: {@code create_instances_from_document} in
 * {@code create_pretraining_data.py} of google-research/bert.
 */
final class SentencePairs {
    private static final int SPECIAL_TOKENS = 3;
    private static final double SHORT_SHARE = 0.1;

    private final List<Document> documents;
    private final int room;
    private final SplittableRandom random;
    private final List<Instance> pairs = new ArrayList<>();

    SentencePairs(List<Document> documents, int maxLength, SplittableRandom random) {
        if (documents.size() < 2) {
            throw new IllegalArgumentException(
                    "Next sentences need texts that are no next sentences, from another document, but there is %d document: expected at least 2, with a blank line between them"
                            .formatted(documents.size()));
        }
        this.documents = documents;
        this.room = maxLength - SPECIAL_TOKENS;
        this.random = random;
    }

    List<Instance> all() {
        for (int number = 0; number < documents.size(); number++) {
            addPairs(number);
        }
        return pairs;
    }

    private void addPairs(int number) {
        Document document = documents.get(number);
        int target = target();
        int first = 0;
        for (int line = 0; line < document.lines(); line++) {
            if (line == document.lines() - 1 || document.lines(first, line + 1).length() >= target) {
                int count = line + 1 - first;
                int split = first + 1 + (count > 1 ? random.nextInt(count - 1) : 0);
                Extract text = document.lines(first, split);
                boolean follows = count > 1 && random.nextInt(2) == 0;
                pairs.add(cut(
                        text,
                        follows ? document.lines(split, line + 1) : elsewhere(number, target - text.length()),
                        follows));
                // Lines that another text took the place of are read again.
                first = follows ? line + 1 : split;
                line = first - 1;
                target = target();
            }
        }
    }

    /** Mostly as much as fits; the model is to know short inputs too. */
    private int target() {
        return random.nextDouble() < SHORT_SHARE ? 2 + random.nextInt(room - 1) : room;
    }

    /** Lines of another document, about as many tokens as asked for, at least one line. */
    private Extract elsewhere(int number, int length) {
        int drawn = random.nextInt(documents.size() - 1);
        Document other = documents.get(drawn < number ? drawn : drawn + 1);
        int from = random.nextInt(other.lines());
        int to = from + 1;
        while (to < other.lines() && other.lines(from, to).length() < length) {
            to++;
        }
        return other.lines(from, to);
    }

    /** Drops tokens of the longer text until both fit, at its start or its end. */
    private Instance cut(Extract first, Extract second, boolean follows) {
        Extract a = first;
        Extract b = second;
        while (a.length() + b.length() > room) {
            if (a.length() > b.length()) {
                a = shorter(a);
            } else {
                b = shorter(b);
            }
        }
        return new Instance(List.of(a, b), follows);
    }

    private Extract shorter(Extract text) {
        return random.nextInt(2) == 0
                ? new Extract(text.document(), text.from() + 1, text.to())
                : new Extract(text.document(), text.from(), text.to() - 1);
    }
}
