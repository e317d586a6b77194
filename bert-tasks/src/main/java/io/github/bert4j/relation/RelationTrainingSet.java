package io.github.bert4j.relation;

import io.github.bert4j.text.LabelledSpan;
import io.github.bert4j.text.TokenSpan;
import io.github.bert4j.tokenize.Encoding;
import io.github.bert4j.tokenize.OurTokenizer;
import io.github.bert4j.tokenize.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Texts to learn from, each with at least one triple, and how much was left out to get them.
 *
 * @param triples in the data
 * @param unknown triples whose predicate the model does not have
 * @param notFound triples whose subject or object is not in what is read of the text
 * @param empty texts that are left without any triple
 */
public record RelationTrainingSet(List<TrainingText> texts, int triples, int unknown, int notFound, int empty) {

    /**
     * Finds the first place of every subject and object.
     *
     * @param maxLength tokens read of each text, special ones included
     * @throws IllegalArgumentException if no text is left
     */
    public static RelationTrainingSet of(
            List<LabelledRelations> annotated, Tokenizer tokenizer, List<String> predicates, int maxLength) {
        List<TrainingText> texts = new ArrayList<>();
        int triples = 0;
        int unknown = 0;
        int notFound = 0;
        for (LabelledRelations text : annotated) {
            Encoding encoding = tokenizer.encode(text.text(), maxLength);
            Map<TokenSpan, List<LabelledSpan>> objects = new LinkedHashMap<>();
            for (Triple triple : text.triples()) {
                triples++;
                int predicate = predicates.indexOf(triple.predicate());
                Optional<TokenSpan> subject = find(triple.subject(), text.text(), encoding, tokenizer);
                Optional<TokenSpan> object = find(triple.object(), text.text(), encoding, tokenizer);
                if (predicate < 0) {
                    unknown++;
                } else if (subject.isEmpty() || object.isEmpty()) {
                    notFound++;
                } else {
                    objects.computeIfAbsent(subject.get(), span -> new ArrayList<>())
                            .add(new LabelledSpan(object.get(), predicate));
                }
            }
            if (!objects.isEmpty()) {
                texts.add(new TrainingText(encoding.ids(), objects));
            }
        }
        RelationTrainingSet set =
                new RelationTrainingSet(texts, triples, unknown, notFound, annotated.size() - texts.size());
        if (texts.isEmpty()) {
            throw new IllegalArgumentException("There is nothing to learn from in %d texts: %s"
                    .formatted(annotated.size(), set.defects().orElse("expected some")));
        }
        return set;
    }

    /** What was left out, in a sentence; empty if nothing was. */
    public Optional<String> defects() {
        return unknown + notFound + empty == 0
                ? Optional.empty()
                : Optional.of(
                        "left out %d of %d triples (%d of an unknown predicate, %d not found in what is read of the text) and %d texts without triples"
                                .formatted(unknown + notFound, triples, unknown, notFound, empty));
    }

    /** By its characters' tokens; other tokens depend on what stands beside them, so the text itself is searched. */
    private static Optional<TokenSpan> find(String name, String text, Encoding encoding, Tokenizer tokenizer) {
        if (!(tokenizer instanceof OurTokenizer)) {
            int start = text.indexOf(name.strip());
            int end = start + name.strip().length();
            int last = encoding.length() - 2;
            return start < 0 || last < 1 || end > encoding.end(last)
                    ? Optional.empty()
                    : TokenSpan.covering(encoding, 1, last, start, end);
        }
        int[] sought = tokenizer.encode(name.strip()).ids();
        return TokenSpan.firstMatch(encoding.ids(), Arrays.copyOfRange(sought, 1, sought.length - 1), 1);
    }
}
