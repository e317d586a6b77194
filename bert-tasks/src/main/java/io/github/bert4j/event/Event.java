package io.github.bert4j.event;

import java.util.Objects;

/**
 * An event that a text tells of, and so a question: whose is it?
 *
 * @param type such as 业绩下滑
 */
public record Event(String text, String type) {
    /** The type of texts that tell of no event. */
    public static final String OTHER = "其他";

    public Event {
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(type, "type");
    }
}
