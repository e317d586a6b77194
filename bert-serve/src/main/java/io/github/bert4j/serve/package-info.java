/**
 * Answers over HTTP what {@code predict} answers by line: requests that wait at the same time are computed together.
 *
 * <p>Start with {@link io.github.bert4j.serve.Server}, or with {@code BundleServer}, which
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
