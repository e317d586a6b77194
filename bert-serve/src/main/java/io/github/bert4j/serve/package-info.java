/**
 * Answers questions over HTTP, by a trained model of any task: requests that wait at the same time are computed together.
 *
 * <p>Start with {@link io.github.bert4j.serve.Server}, or with {@link io.github.bert4j.serve.BundleServer}, which
 * serves what {@code train} saved:
 *
 * <pre>{@code
 * try (var server = BundleServer.start(Path.of("sentiment"), ServerOptions.DEFAULTS)) {
 *     System.out.println(server.uri());
 *     ...
 * }
 * }</pre>
 *
 * <p>Trap: it speaks plain HTTP and knows no users. What is to be reached from elsewhere belongs behind a proxy.
 */
package io.github.bert4j.serve;
