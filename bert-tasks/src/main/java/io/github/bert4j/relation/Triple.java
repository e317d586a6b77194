package io.github.bert4j.relation;

/** A relation between two names, as data files hold it: (无间道, 导演, 刘伟强). */
public record Triple(String subject, String predicate, String object) {

    /** As triples are compared: subject and object stripped and lower-cased, code point by code point. */
    public Triple normalized() {
        return new Triple(normalized(subject), predicate, normalized(object));
    }

    private static String normalized(String name) {
        return name.strip()
                .codePoints()
                .map(Character::toLowerCase)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
