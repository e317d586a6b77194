/**
 * {@link io.github.bert4j.kernels.Kernels} on Intel's oneDNN, for CPUs: several times as fast as plain ND4J.
 *
 * <p>Read {@link io.github.bert4j.kernels.onednn.OneDnnKernels} first. Nobody else needs another class of this package than
 * {@link io.github.bert4j.kernels.onednn.MachineKernels}, which takes it where oneDNN is on the class path, which {@code
 * bert4j-cpu} sees to:
 *
 * <pre>{@code
 * try (Kernels kernels = MachineKernels.open()) {
 *     kernels.dense(x, kernel, KernelLayout.IN_OUT, bias, y);
 * }
 * }</pre>
 *
 * <p>Traps: a oneDNN primitive, its memory objects and its scratch room serve one thread at a time, so each call leases a
 * {@code Workspace}. Loops that oneDNN lacks run in Java on blocks copied to the heap, since the compiler turns only
 * loops over Java arrays into vector instructions.
 */
package io.github.bert4j.kernels.onednn;
