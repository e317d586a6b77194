/**
 * The layers to put on top of BERT, one class each; {@link io.github.bert4j.layers.Layers} has short names for all.
 *
 * <pre>{@code
 * import static io.github.bert4j.layers.Layers.*;
 *
 * var p = dense(1, Activation.SIGMOID).apply(dropout(0.1).apply(x.at(0)));
 * }</pre>
 *
 * <p>Trap: a layer applied twice shares its weights; {@code dense(1)} written twice makes two layers.
 */
package io.github.bert4j.layers;
