/**
 * Models as ONNX, for ONNX Runtime and whatever else computes it: BERT with the layers on top, without training.
 *
 * <p>Start with {@link io.github.bert4j.onnx.OnnxModel}:
 *
 * <pre>{@code
 * OnnxModel.of(model).withOutputs("probability").write(Path.of("model.onnx"));
 * }</pre>
 *
 * <p>An op of ours or of SameDiff becomes one or several of ONNX's operators:
 * {@link io.github.bert4j.onnx.LayerOperations} and {@link io.github.bert4j.onnx.SameDiffOperations}.
 *
 * <p>Traps: our ops compute on packed rows, without padding; ONNX's compute the whole batch, and a mask keeps padding out,
 * so that padding costs time there. Ids are int32, as in the graph.
 */
package io.github.bert4j.onnx;
