/**
 * Why a model labels a text as it does: how much each token adds, and which tokens look at which.
 *
 * <p>Start with {@link io.github.bert4j.explain.TextAttributions}:
 *
 * <pre>{@code
 * TextAttributions attributions = classifier.attributions("房间干净，服务也好。");
 * attributions.tokens().forEach(token -> System.out.println(token.token() + " " + token.value()));
 * AttentionMap map = classifier.attention("房间干净，服务也好。").map(3, 0);
 * }</pre>
 *
 * <p>Trap: attention says what a layer reads, not what the answer depends on; for that there are attributions. And what a
 * token adds is counted from a text without words, for which a model may say anything.
 */
package io.github.bert4j.explain;
