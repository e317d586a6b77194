/**
 * The arithmetic of ops, for any machine: what it takes and gives, and an implementation by ND4J alone.
 *
 * <p>Read {@link io.github.bert4j.kernels.Kernels} first: ops call it and know no machine. Kernels of a kind of machine are a
 * package below this one, as {@code onednn} is:
 *
 * <pre>{@code
 * try (Kernels kernels = MachineKernels.open()) {
 *     kernels.gelu(Gelu.ERF, x, y);
 * }
 * }</pre>
 *
 * <p>Trap: {@link io.github.bert4j.kernels.Threads#use} counts for the whole process, as ND4J, OpenBLAS and OpenMP have it.
 */
package io.github.bert4j.kernels;
