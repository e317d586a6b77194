/**
 * Writing files: whole or not at all, and in what TensorFlow's formats are made of.
 *
 * <p>Start with {@link io.github.bert4j.files.PendingFile}, which keeps what was there until the new file is complete:
 *
 * <pre>{@code
 * PendingFile.write(Path.of("labels.txt"), bytes);
 * }</pre>
 *
 * <p>{@link io.github.bert4j.files.PendingDirectory} does the same for directories, and {@link
 * io.github.bert4j.files.EventFile} is what TensorBoard reads, of the messages and checksums that TensorFlow's checkpoints
 * have too.
 *
 * <p>Trap: the temporary name lies beside the file's own, so the directory must be writable, and there must be room for both.
 */
package io.github.bert4j.files;
