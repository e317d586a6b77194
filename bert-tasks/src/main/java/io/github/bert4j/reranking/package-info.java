/**
 * Reranking: how well texts answer a query, by a model that reads both at once; better than vectors, and far slower, so that it
 * puts in order what vectors have found.
 *
 * <p>Start with {@link io.github.bert4j.reranking.Reranker}:
 *
 * <pre>{@code
 * try (var encoder = SentenceEncoder.load(Path.of("vectors"));
 *         var reranker = Reranker.load(Path.of("reranker"))) {
 *     var search = TwoStageSearch.of(SentenceIndex.of(encoder, questions), reranker);
 *     String best = search.search("东西不合适，能退吗", 1).get(0).text();
 * }
 * }</pre>
 *
 * <p>Traps: train it on what vectors take for similar and is not, as {@link io.github.bert4j.similarity.HardNegatives} finds it; a
 * reranker that saw random negatives alone knows nothing of the cases it is asked about.
 */
package io.github.bert4j.reranking;
