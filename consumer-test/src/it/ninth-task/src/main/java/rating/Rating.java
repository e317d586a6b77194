package rating;

import io.github.bert4j.task.NumericAnswer;

/** How many stars a text gives. */
public record Rating(double stars) implements NumericAnswer {
    @Override
    public double prediction() {
        return stars;
    }
}
