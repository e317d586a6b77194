package io.github.bert4j.relation;

import java.util.List;

/** A text and the triples that it states. */
public record LabelledRelations(String text, List<Triple> triples) {
    public LabelledRelations {
        triples = List.copyOf(triples);
    }
}
