/**
 * From rows to padded batches, on the Java heap.
 *
 * <p>Start with {@link io.github.bert4j.data.Dataset}:
 *
 * <pre>{@code
 * var train = Dataset.of(reviews, 32, review -> {
 *     var encoding = tokenizer.encode(review.text(), 102);
 *     return Sample.of(encoding.ids(), encoding.segments()).labelled((float) review.label());
 * });
 * }</pre>
 *
 * <p>Traps: {@code labelled(1)} is a class for a softmax, {@code labelled(1f)} a probability for a sigmoid. Padding is
 * zeros, which is right for token ids ([PAD] is 0), and -1 for class labels, which so do not count; float labels have no
 * such value, so a loss that must not see their padding needs a mask.
 */
package io.github.bert4j.data;
