package io.github.bert4j.relation;

import java.util.List;

/** A text and the triples that it states. */
public record AnnotatedText(String text, List<Triple> triples) {
    public AnnotatedText {
        triples = List.copyOf(triples);
    }
}
