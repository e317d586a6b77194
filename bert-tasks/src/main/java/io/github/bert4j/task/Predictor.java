package io.github.bert4j.task;

import java.util.List;

/**
 * Answers questions of one kind: what a program needs of a trained model. A lambda is one too, for tests without a model.
 *
 * <pre>{@code
 * Predictor<String, Sentiment> predictor = SentimentClassifier.load(Path.of("sentiment"));
 * Predictor<String, Sentiment> kind = texts -> texts.stream().map(text -> new Sentiment(text, 1)).toList();
 * }</pre>
 *
 * @param <Q> what is asked, such as a text
 * @param <A> an answer
 */
@FunctionalInterface
public interface Predictor<Q, A> {

    /** One answer per question, in the order given; those of similar length are computed together. */
    List<A> predict(List<Q> questions);

    /** The answer to one question. */
    default A predict(Q question) {
        return predict(List.of(question)).get(0);
    }
}
