/**
 * Extractive question answering: a question and a passage in, the part of the passage out that answers it.
 *
 * <p>Start with {@link io.github.bert4j.answer.AnswerExtractor}:
 *
 * <pre>{@code
 * try (var extractor = AnswerExtractor.load(Path.of("answers"))) {
 *     Optional<PassageAnswer> answer = extractor.predict(new PassageQuestion("图书馆几点关门？", "图书馆早上八点开门，晚上九点关门。"));
 * }
 * }</pre>
 *
 * <p>Trap: an extractor says that there is no answer only if some of the questions it learned from had none.
 */
package io.github.bert4j.answer;
