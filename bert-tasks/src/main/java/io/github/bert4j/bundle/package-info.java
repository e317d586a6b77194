/**
 * Bundles: trained models on disk, with everything that is needed to use them.
 *
 * <p>Neither users of a task nor tasks of your own need this package: {@code SentimentClassifier.save} and {@code load} call it,
 * by {@code TaskType} and {@code Backbone}. To see what a bundle holds, start with {@link io.github.bert4j.bundle.Bundle}:
 *
 * <pre>{@code
 * try (Bundle bundle = Bundle.open(Path.of("sentiment"))) {
 *     System.out.println(bundle.task());
 *     Bert bert = bundle.trainedBert(graph); // without the task's head
 * }
 * }</pre>
 *
 * <p>Trap: a bundle opened from a zip unpacks to a temporary directory, so close it.
 */
package io.github.bert4j.bundle;
