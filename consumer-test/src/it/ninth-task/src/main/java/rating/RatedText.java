package rating;

import io.github.bert4j.task.LabelledFields;

/** A text and its stars, as a line of JSON has them. */
public record RatedText(String text, double stars) implements LabelledFields<RatedText> {
    @Override
    public RatedText labelled() {
        return this;
    }
}
