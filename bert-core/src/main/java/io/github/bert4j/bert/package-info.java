/**
 * BERT itself, and encoders like it: configuration, weights and operations, as a {@link io.github.bert4j.graph.Layer}.
 *
 * <p>Start with {@link io.github.bert4j.bert.Bert}:
 *
 * <pre>{@code
 * try (var graph = new Graph(42)) {
 *     var bert = Bert.load(graph, Path.of("chinese_L-12_H-768_A-12"));
 *     var x = bert.apply(graph.ids("tokens"), graph.ids("segments"));
 * }
 * }</pre>
 *
 * <p>Google's and Hugging Face's directories are read, and written by {@code save} and {@code saveHuggingFace}.
 *
 * <p>Trap: {@code "hidden_act": "gelu"} in a {@code bert_config.json} does not say which GELU a checkpoint was trained with.
 * Google's use the tanh approximation, which is the default; those made with Hugging Face's library, BGE among them, use erf,
 * which a {@code config.json} always means.
 */
package io.github.bert4j.bert;
