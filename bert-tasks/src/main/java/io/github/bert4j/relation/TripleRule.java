package io.github.bert4j.relation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a caller knows beyond the model, such as which predicates imply others.
 *
 * @see RelationExtractor#addRule
 */
@FunctionalInterface
public interface TripleRule {
    /**
     * Corrects what was found in a text.
     *
     * @param triples found, without duplicates, in the order of the text
     * @return those to answer with
     */
    List<ExtractedTriple> apply(String text, List<ExtractedTriple> triples);

    /**
     * Adds to every triple the one that is read from its object.
     *
     * @param inverses what a predicate is called from the other side, such as 妻子 of 丈夫; a symmetric one is its own
     *     inverse; the others are left alone
     */
    static TripleRule mirror(Map<String, String> inverses) {
        return (text, triples) -> {
            List<ExtractedTriple> all = new ArrayList<>(triples);
            for (ExtractedTriple triple : triples) {
                String inverse = inverses.get(triple.predicate());
                if (inverse != null) {
                    all.add(new ExtractedTriple(triple.object(), inverse, triple.subject()));
                }
            }
            return all;
        };
    }
}
