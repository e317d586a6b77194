/**
 * From rows to padded batches, on the Java heap.
 *
 * <p>Start with {@link io.github.bert4j.data.Dataset}:
 *
 * <pre>{@code
 * var train = Dataset.of(reviews, 32, review -> {
 *     var encoding = tokenizer.encode(review.text(), 102);
 *     return Sample.of(encoding.ids(), encoding.segments()).labelled(review.label());
 * });
 * }</pre>
 *
 * <p>Trap: padding is zeros, which is right for token ids ([PAD] is 0) and for label probabilities; a loss that must not
 * see padding needs a mask.
 */
package io.github.bert4j.data;
