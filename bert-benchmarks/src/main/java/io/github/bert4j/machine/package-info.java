/**
 * Machine: what is measured of the machine itself, by benchmarks and results alike.
 *
 * <p>Start with {@link io.github.bert4j.machine.ResidentMemory}:
 *
 * <pre>{@code
 * Integer most = ResidentMemory.peakMegabytes(); // of this process so far
 * }</pre>
 *
 * <p>Traps: what the system does not tell is null.
 */
package io.github.bert4j.machine;
