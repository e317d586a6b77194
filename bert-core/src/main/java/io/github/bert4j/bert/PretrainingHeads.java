package io.github.bert4j.bert;

import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Layer;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.kernels.KernelLayout;
import io.github.bert4j.ops.DenseOp;
import io.github.bert4j.ops.LayerNormOp;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * What BERT was pre-trained with: {@code get_masked_lm_output} and {@code get_next_sentence_output} in
 * {@code run_pretraining.py} of google-research/bert.
 */
final class PretrainingHeads {
    private PretrainingHeads() {}

    /** Dense, GELU and LayerNorm, then the word embeddings as the output layer. */
    static final class MaskedWords extends Layer {
        private final BertConfig config;
        private final EncoderWeights weights;

        MaskedWords(Graph graph, BertConfig config, Map<String, Weight> all) {
            super("masked_words");
            this.config = config;
            this.weights = new EncoderWeights(graph, all);
            attach(graph, "cls/predictions");
            all.values().stream()
                    .filter(weight -> weight.name().startsWith("cls/predictions/"))
                    .forEach(this::adopt);
        }

        @Override
        protected Tensor call(List<Tensor> inputs) {
            requireInputs(inputs, 1);
            SDVariable dense = ActivatedDense.of(
                    config.design().geluHead() ? config.withErfGelu() : config,
                    inputs.get(0).variable(),
                    weights.of(WeightTable.TRANSFORM + "/kernel"),
                    weights.biasOf(WeightTable.TRANSFORM));
            SDVariable transformed = new LayerNormOp(
                            config.design().epsilon(),
                            dense,
                            weights.of(WeightTable.TRANSFORM_NORM + "/gamma"),
                            weights.betaOf(WeightTable.TRANSFORM_NORM))
                    .output();
            SDVariable logits = new DenseOp(
                            KernelLayout.OUT_IN,
                            transformed,
                            weights.of(WeightTable.WORDS),
                            weights.of(WeightTable.WORDS_BIAS))
                    .output();
            return Tensor.of(graph(), logits, inputs.get(0).shape().withLast(config.vocabSize()));
        }
    }

    /** A dense layer whose kernel is stored [2, hidden]. */
    static final class NextSentence extends Layer {
        private final Weight kernel;
        private final Weight bias;

        NextSentence(Graph graph, Map<String, Weight> all) {
            super("next_sentence");
            attach(graph, "cls/seq_relationship");
            this.kernel = adopt(all.get(WeightTable.NEXT_SENTENCE_WEIGHTS));
            this.bias = adopt(all.get(WeightTable.NEXT_SENTENCE_BIAS));
        }

        @Override
        protected Tensor call(List<Tensor> inputs) {
            requireInputs(inputs, 1);
            SDVariable logits = new DenseOp(
                            KernelLayout.OUT_IN, inputs.get(0).variable(), kernel.variable(), bias.variable())
                    .output();
            return Tensor.of(graph(), logits, Shape.of(inputs.get(0).shape().size(0), 2));
        }
    }
}
