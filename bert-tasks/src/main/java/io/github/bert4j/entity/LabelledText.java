package io.github.bert4j.entity;

import java.util.List;
import java.util.Optional;

/** A text and the entities in it. */
public record LabelledText(String text, List<Entity> entities) {

    /** @throws IllegalArgumentException if an entity does not stand in the text where it says */
    public LabelledText {
        entities = List.copyOf(entities);
        for (Entity entity : entities) {
            if (!Entity.in(text, entity.start(), entity.end(), entity.label()).equals(Optional.of(entity))) {
                throw new IllegalArgumentException(
                        "%s does not stand in the text \"%s\": expected places in UTF-16 units, the end exclusive"
                                .formatted(entity, text));
            }
        }
    }
}
