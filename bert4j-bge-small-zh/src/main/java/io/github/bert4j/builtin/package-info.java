/**
 * A real Chinese BERT on the class path, to start from without a download.
 *
 * <p>Start with {@link io.github.bert4j.builtin.BuiltInModel}:
 *
 * <pre>{@code
 * try (var model = BuiltInModel.unpack()) {
 *     var bert = Bert.load(graph, model.directory());
 * }
 * }</pre>
 *
 * <p>Trap: it is unpacked to a temporary directory, 95 MB; close it once the model is loaded.
 */
package io.github.bert4j.builtin;
