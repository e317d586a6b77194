package rating;

import io.github.bert4j.task.TaskHead;

/** What a bundle keeps. */
public record RatingHead(int maxLength) implements TaskHead<RatedText> {}
