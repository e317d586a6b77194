package io.github.bert4j.sentiment;

import io.github.bert4j.score.ConfusionMatrix;
import io.github.bert4j.score.RocCurve;
import io.github.bert4j.task.Predictor;
import io.github.bert4j.task.TaskEvaluation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How well texts are judged.
 *
 * @param loss the mean binary cross-entropy
 * @param accuracy the fraction of texts that are judged as the data says
 * @param reviews what was judged
 * @param predictor of the model, asked again by {@link #confusion} and {@link #roc}
 */
public record SentimentEvaluation(
        double loss, double accuracy, List<LabelledReview> reviews, Predictor<String, Sentiment> predictor)
        implements TaskEvaluation {

    @Override
    public int samples() {
        return reviews.size();
    }

    /** {@code loss} and {@code accuracy}, in this order. */
    @Override
    public Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("loss", loss);
        metrics.put("accuracy", accuracy);
        return metrics;
    }

    @Override
    public Optional<ConfusionMatrix> confusion() {
        return Optional.of(ConfusionMatrix.of(
                reviews.stream().map(review -> String.valueOf(review.label())).toList(),
                answers().stream().map(answer -> String.valueOf(answer.label())).toList()));
    }

    @Override
    public Optional<RocCurve> roc() {
        List<Sentiment> answers = answers();
        boolean[] positive = new boolean[reviews.size()];
        double[] probabilities = new double[reviews.size()];
        for (int i = 0; i < positive.length; i++) {
            positive[i] = reviews.get(i).label() == 1;
            probabilities[i] = answers.get(i).positive();
        }
        return Optional.of(RocCurve.of(positive, probabilities));
    }

    private List<Sentiment> answers() {
        return predictor.predict(reviews.stream().map(LabelledReview::text).toList());
    }
}
