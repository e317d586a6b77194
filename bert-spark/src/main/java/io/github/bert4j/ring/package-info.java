/**
 * Workers that add up their gradients, passing parts of them around a ring.
 *
 * <p>Start with {@link io.github.bert4j.ring.TcpRing}:
 *
 * <pre>{@code
 * try (ServerSocket socket = new ServerSocket(0);
 *         TcpRing ring = TcpRing.join(rank, addresses, socket, secret, Duration.ofMinutes(5))) {
 *     model.compile(loss, new Adam(2e-5)).with(new DataParallel(ring)).fit(rows, 3);
 * }
 * }</pre>
 *
 * <p>Trap: whoever knows the secret can take part, and numbers travel unencrypted: for networks where others listen there is
 * nothing here.
 */
package io.github.bert4j.ring;
