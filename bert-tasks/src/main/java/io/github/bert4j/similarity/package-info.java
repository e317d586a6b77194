/**
 * Similarity: texts in, vectors out that are the closer the more similar the texts are; search among texts by them.
 *
 * <p>Start with {@link io.github.bert4j.similarity.SentenceEncoder}:
 *
 * <pre>{@code
 * try (var encoder = SentenceEncoder.load(Path.of("similarity"))) {
 *     double cosine = encoder.similarity("怎么退货", "我想把东西退了");
 *     var index = SentenceIndex.of(encoder, questions);
 *     String nearest = index.search("东西不合适，能退吗", 1).get(0).text();
 * }
 * }</pre>
 *
 * <p>Traps: BERT as it was pre-trained gives poor vectors; train it with pairs, or take a checkpoint made for it, and pool
 * as its makers did. Cosines are for ranking: what counts as similar differs from model to model.
 */
package io.github.bert4j.similarity;
