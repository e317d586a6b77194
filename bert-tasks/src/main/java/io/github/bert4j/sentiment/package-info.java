/**
 * Sentiment: text in, positive or negative out.
 *
 * <p>Start with {@link io.github.bert4j.sentiment.SentimentClassifier}:
 *
 * <pre>{@code
 * try (var classifier = SentimentClassifier.load(Path.of("sentiment"))) {
 *     Sentiment sentiment = classifier.predict("房间干净，服务也好。");
 * }
 * }</pre>
 *
 * <p>Trap: texts are cut to {@code maxLength} characters, 100 unless told otherwise, in training and prediction alike.
 */
package io.github.bert4j.sentiment;
