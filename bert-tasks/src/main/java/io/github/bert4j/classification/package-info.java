/**
 * Classification: a text or a pair of texts in, its label or labels out.
 *
 * <p>Start with {@link io.github.bert4j.classification.TextClassifier}:
 *
 * <pre>{@code
 * try (var classifier = TextClassifier.load(Path.of("topics"))) {
 *     String topic = classifier.predict("主队在最后一分钟攻入制胜球").label();
 * }
 * }</pre>
 *
 * <p>Trap: texts are lower-cased and cut to {@code maxLength} tokens, 126 unless told otherwise; of a pair the longer text
 * is cut first.
 */
package io.github.bert4j.classification;
