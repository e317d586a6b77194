package rating;

import io.github.bert4j.task.TaskEvaluation;
import java.util.Map;

/** @param closeness 1 less the mean distance, in stars */
public record RatingEvaluation(int samples, double closeness) implements TaskEvaluation {
    @Override
    public Map<String, Double> metrics() {
        return Map.of("closeness", closeness);
    }
}
