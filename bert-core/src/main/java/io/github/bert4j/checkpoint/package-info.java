/**
 * Named arrays from files: the weights of a checkpoint, read without any tensor library.
 *
 * <p>Start with {@link io.github.bert4j.checkpoint.TensorSource}. Three formats implement it:
 * {@link io.github.bert4j.checkpoint.TensorFlowCheckpoint} (what Google published BERT in),
 * {@link io.github.bert4j.checkpoint.SafeTensors}, which {@link io.github.bert4j.checkpoint.ShardedSafeTensors} reads in parts, and
 * {@link io.github.bert4j.checkpoint.OnnxInitializers}.
 * {@link io.github.bert4j.checkpoint.TensorFlowCheckpointWriter},
 * {@link io.github.bert4j.checkpoint.SafeTensorsWriter} and {@link io.github.bert4j.checkpoint.OnnxWriter} write.
 *
 * <pre>{@code
 * try (TensorSource source = TensorSource.open(Path.of("chinese_L-12_H-768_A-12"))) {
 *     TensorInfo info = source.tensor("bert/embeddings/word_embeddings");
 *     ByteBuffer bytes = ByteBuffer.allocateDirect((int) info.byteSize()).order(ByteOrder.LITTLE_ENDIAN);
 *     source.read(info.name(), bytes);
 * }
 * }</pre>
 *
 * <p>Traps: bytes are little-endian, a new {@code ByteBuffer} is not. Only TensorFlow's format has checksums, and they
 * are verified when a tensor is read, not when its source is opened. Sources hold files open until closed; a thread
 * that is interrupted while it reads closes them for all threads, as every {@code FileChannel} does.
 */
package io.github.bert4j.checkpoint;
