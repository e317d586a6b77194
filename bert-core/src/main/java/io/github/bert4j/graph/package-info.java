/**
 * The functional API's ground floor: a {@link io.github.bert4j.graph.Graph} owns one SameDiff graph, a
 * {@link io.github.bert4j.graph.Tensor} is a handle on one of its variables, and a {@link io.github.bert4j.graph.Layer}
 * is a function from tensors to tensors.
 *
 * <p>Start with {@link io.github.bert4j.graph.Graph}:
 *
 * <pre>{@code
 * try (var graph = new Graph(42)) {
 *     var x = graph.floats("x", -1, 4);
 *     var doubled = x.times(2);
 * }
 * }</pre>
 *
 * <p>Traps: the graph owns native memory, so close it; it is built by one thread, but may run on many. SameDiff's own
 * {@code output} and {@code fit} cannot run the ops of this library: use {@link io.github.bert4j.graph.Graph#run}.
 */
package io.github.bert4j.graph;
