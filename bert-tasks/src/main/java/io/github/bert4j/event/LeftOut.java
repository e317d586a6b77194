package io.github.bert4j.event;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How many rows a {@link SubjectExtractor} does not learn from, and why.
 *
 * @param rows all of them
 * @param other of type {@link Event#OTHER}
 * @param withoutEntity of another type, but their entity is {@link LabelledEvent#NO_ENTITY} or empty
 * @param notFound whose entity is not in the part of the text that is read in training
 */
record LeftOut(int rows, int other, int withoutEntity, int notFound) {

    /** Whether there are such rows. */
    boolean any() {
        return other + withoutEntity + notFound > 0;
    }

    /** Such as {@code 155 rows: 18 of type 其他, 2 whose entity is not in the part of the text that is read}. */
    @Override
    public String toString() {
        Map<String, Integer> reasons = new LinkedHashMap<>();
        reasons.put("%d of type " + Event.OTHER, other);
        reasons.put("%d without an entity", withoutEntity);
        reasons.put("%d whose entity is not in the part of the text that is read", notFound);
        return reasons.entrySet().stream()
                .filter(reason -> reason.getValue() > 0)
                .map(reason -> reason.getKey().formatted(reason.getValue()))
                .collect(Collectors.joining(", ", rows + " rows: ", ""));
    }
}
