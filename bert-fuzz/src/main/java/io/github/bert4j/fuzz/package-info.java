/**
 * Fuzz targets: bytes of any kind as files of every format that is read, which may be refused but never crash or hang.
 *
 * <p>Start with {@link io.github.bert4j.fuzz.Input}: a target writes its bytes to a file by it, and says which exceptions a
 * reader may end with.
 *
 * <pre>{@code
 * public static void fuzzerTestOneInput(byte[] data) {
 *     Path file = INPUT.write("data.json", data);
 *     INPUT.read(() -> RelationFiles.read(List.of(file), warning -> {}), List.of(IOException.class));
 * }
 * }</pre>
 *
 * <p>Trap: a target is loaded once for millions of inputs, so what a reader leaves open adds up.
 */
package io.github.bert4j.fuzz;
