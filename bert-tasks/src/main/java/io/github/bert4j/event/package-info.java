/**
 * Events: a text and an event's type in, the subject out, such as the company whose profit fell.
 *
 * <p>Start with {@link io.github.bert4j.event.SubjectExtractor}:
 *
 * <pre>{@code
 * try (var extractor = SubjectExtractor.load(Path.of("event"))) {
 *     Optional<Subject> subject = extractor.predict(new Event("松涛电器上半年由盈转亏", "业绩下滑"));
 * }
 * }</pre>
 *
 * <p>Traps: every text is taken to tell of the event it is asked for, so there is an answer even where it does not; only
 * {@link io.github.bert4j.event.Event#OTHER} and types not met in training have none. Texts are cut in training only.
 */
package io.github.bert4j.event;
