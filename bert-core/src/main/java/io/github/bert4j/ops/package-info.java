/**
 * Differentiable ops inside a SameDiff graph, and what runs and differentiates them.
 *
 * <p>Read {@link io.github.bert4j.ops.GraphOp} first: an op says its shapes, calls {@link io.github.bert4j.kernels.Kernels}
 * and adds its backward op. A {@link io.github.bert4j.ops.Plan} says what to run for some outputs, and
 * {@link io.github.bert4j.ops.Gradients} adds what computes gradients:
 *
 * <pre>{@code
 * SDVariable y = new DenseOp(x, kernel, bias).output();
 * SDVariable gradient = Gradients.of(y.sum(), List.of(kernel)).get(kernel);
 * Plan plan = Plan.of(y.getSameDiff(), List.of(y, gradient));
 * try (Session session = new Session(y.getSameDiff(), kernels);
 *         Results results = session.run(plan, Map.of("x", array), Step.inference())) {
 *     float[] values = results.floats(gradient);
 * }
 * }</pre>
 *
 * <p>Traps: layers are the better way in, as {@link io.github.bert4j.graph.Graph#run} keeps sessions for any number of
 * threads. The arrays of {@link io.github.bert4j.ops.Results} are used again once these are closed.
 */
package io.github.bert4j.ops;
