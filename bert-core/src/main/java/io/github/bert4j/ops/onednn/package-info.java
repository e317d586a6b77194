/**
 * {@link io.github.bert4j.ops.Kernels} on Intel's oneDNN, for CPUs: several times as fast as plain ND4J.
 *
 * <p>Read {@link io.github.bert4j.ops.onednn.OneDnnKernels} first. Nobody else needs a class of this package: {@link
 * io.github.bert4j.ops.Kernels#forThisMachine()} takes it where oneDNN is on the class path, which {@code bert4j-cpu}
 * sees to:
 *
 * <pre>{@code
 * try (Kernels kernels = Kernels.forThisMachine()) {
 *     kernels.dense(x, kernel, KernelLayout.IN_OUT, bias, y);
 * }
 * }</pre>
 *
 * <p>Traps: a oneDNN primitive, its memory objects and its scratch room serve one thread at a time, so each call leases a
 * {@code Workspace}. Loops that oneDNN lacks run in Java on blocks copied to the heap, since the compiler turns only
 * loops over Java arrays into vector instructions.
 */
package io.github.bert4j.ops.onednn;
