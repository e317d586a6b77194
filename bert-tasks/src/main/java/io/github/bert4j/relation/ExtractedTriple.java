package io.github.bert4j.relation;

/** A triple and where in the text its names stand. */
public record ExtractedTriple(Mention subject, String predicate, Mention object) {

    /** The triple without its places. */
    public Triple triple() {
        return new Triple(subject.text(), predicate, object.text());
    }
}
