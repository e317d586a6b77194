/**
 * Continued pre-training: a checkpoint goes on learning from plain text, so that it knows the words of a field before it is
 * fine-tuned for a task there; and what pre-trained heads say about a text.
 *
 * <p>Start with {@link io.github.bert4j.pretraining.Pretraining}, or with
 * {@link io.github.bert4j.pretraining.MaskedWordPredictor}:
 *
 * <pre>{@code
 * try (var words = MaskedWordPredictor.load(Path.of("chinese_L-12_H-768_A-12"))) {
 *     words.fill("今天天[MASK]不错", 5);
 * }
 * }</pre>
 *
 * <p>Trap: many published checkpoints, RoBERTa-wwm-ext-large and BGE among them, come without the heads of pre-training.
 * Training then starts with random ones, whose loss is high at first and says nothing about the encoder.
 */
package io.github.bert4j.pretraining;
