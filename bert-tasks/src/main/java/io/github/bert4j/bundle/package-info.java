/**
 * Bundles: trained models on disk, with everything that is needed to use them.
 *
 * <p>Users of a task never need this package: {@code SentimentClassifier.save} and {@code load} call it. For a task of
 * your own start with {@link io.github.bert4j.bundle.BundleWriter} and {@link io.github.bert4j.bundle.Bundle}:
 *
 * <pre>{@code
 * try (Bundle bundle = Bundle.open(path)) {
 *     var head = bundle.head(Task.SENTIMENT, SentimentHead.class);
 *     var bert = bundle.bert(graph);
 *     // … build the model, then
 *     bundle.loadWeights(model);
 * }
 * }</pre>
 *
 * <p>Trap: a bundle opened from a zip unpacks to a temporary directory, so close it.
 */
package io.github.bert4j.bundle;
