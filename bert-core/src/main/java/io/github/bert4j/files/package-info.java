/**
 * Files: written whole or not at all, by one process at a time, in what TensorFlow's formats are made of; and what is wrong with JSON.
 *
 * <p>Start with {@link io.github.bert4j.files.PendingFile}, which keeps what was there until the new file is complete:
 *
 * <pre>{@code
 * PendingFile.write(Path.of("labels.txt"), bytes);
 * }</pre>
 *
 * <p>{@link io.github.bert4j.files.PendingDirectory} does the same for directories, {@link
 * io.github.bert4j.files.ProcessLock} tells who is at work, and {@link
 * io.github.bert4j.files.EventFile} is what TensorBoard reads, of the messages and checksums that TensorFlow's checkpoints
 * have too.
 *
 * <p>Traps: the temporary name lies beside the file's own, so the directory must be writable, and there must be room for both. A
 * lock ends when any stream of its file is closed, so nothing else may open it.
 */
package io.github.bert4j.files;
