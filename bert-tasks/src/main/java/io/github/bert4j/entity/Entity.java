package io.github.bert4j.entity;

import io.github.bert4j.text.TokenSpan;
import io.github.bert4j.text.Window;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A stretch of a text, and what it is.
 *
 * @param label such as {@code PER}
 * @param text as it stands in the text
 * @param start in UTF-16 units
 * @param end in UTF-16 units, exclusive
 */
public record Entity(String label, String text, int start, int end) {
    /** By place; of those that start together, the longer ones first. */
    static final Comparator<Entity> BY_PLACE = Comparator.comparingInt(Entity::start)
            .thenComparing(Entity::end, Comparator.reverseOrder())
            .thenComparing(Entity::label);

    /** What stands at a place of a text; empty if the text has no such place, or the place splits a character in two. */
    public static Optional<Entity> in(String text, int start, int end, String label) {
        return start < 0 || end <= start || end > text.length() || splits(text, start) || splits(text, end)
                ? Optional.empty()
                : Optional.of(new Entity(label, text.substring(start, end), start, end));
    }

    /**
     * What stands at tokens of a window; empty if special tokens are among them, or they reach an edge where the text was
     * cut, so that there may be more of it.
     *
     * @param text the whole one
     */
    public static Optional<Entity> in(String text, Window window, TokenSpan span, String label) {
        return span.start() < window.firstToken() || span.end() > window.lastToken() || window.isCut(span)
                ? Optional.empty()
                : in(text, window.start(span), window.end(span), label);
    }

    /** Of entities that overlap, the one that starts first, and of those that start together the longest; in order. */
    static List<Entity> flat(List<Entity> entities) {
        List<Entity> flat = new ArrayList<>();
        int end = 0;
        for (Entity entity : entities.stream().sorted(BY_PLACE).toList()) {
            if (entity.start() >= end) {
                flat.add(entity);
                end = entity.end();
            }
        }
        return flat;
    }

    /** Of entities that overlap the most probable one, the others gone that overlap it. */
    static List<Entity> mostProbable(Map<Entity, Double> entities) {
        List<Entity> kept = new ArrayList<>();
        entities.entrySet().stream()
                .sorted(Map.Entry.<Entity, Double>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey(BY_PLACE)))
                .map(Map.Entry::getKey)
                .filter(entity -> kept.stream().noneMatch(entity::overlaps))
                .forEach(kept::add);
        return kept;
    }

    boolean overlaps(Entity other) {
        return start < other.end && other.start < end;
    }

    private static boolean splits(String text, int place) {
        return place > 0
                && place < text.length()
                && Character.isSurrogatePair(text.charAt(place - 1), text.charAt(place));
    }
}
