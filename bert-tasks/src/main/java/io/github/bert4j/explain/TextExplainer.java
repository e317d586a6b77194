package io.github.bert4j.explain;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.models.IntegratedGradients;
import io.github.bert4j.models.IntegratedGradients.Attribution;
import io.github.bert4j.models.Model;
import io.github.bert4j.models.Prediction;
import io.github.bert4j.tokenize.Encoding;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks into a model that labels texts: [token ids and perhaps segment ids] → [batch, labels].
 *
 * <p>What it needs in the model's graph is made when it is first asked; no other thread runs the model meanwhile.
 */
public final class TextExplainer {
    private final Bert bert;
    private final Model model;
    private IntegratedGradients gradients;
    private Model attentions;

    /**
     * What a model reads.
     *
     * @param texts one, or two for a pair
     * @param encoding of them
     * @param sample made of the encoding
     */
    public record Input(List<String> texts, Encoding encoding, Sample sample) {

        /** [CLS] and [SEP] alone stand for nothing in a text. */
        boolean isText(int token) {
            return encoding.start(token) < encoding.end(token);
        }

        /** A token as its text has it. */
        String token(int token) {
            return isText(token)
                    ? texts.get(text(token)).substring(encoding.start(token), encoding.end(token))
                    : encoding.tokens().get(token);
        }

        int text(int token) {
            return encoding.text(token) == 1 ? 1 : 0;
        }
    }

    /** @param bert whose output the model reads */
    public TextExplainer(Bert bert, Model model) {
        this.bert = bert;
        this.model = model;
    }

    /**
     * What an input's tokens add to a label's probability.
     *
     * @param number the label's, in the model's output
     * @param steps see {@link IntegratedGradients#withSteps}
     */
    public TextAttributions attributions(Input input, int number, String label, int steps) {
        Attribution found = gradients().withSteps(steps).attribution(input.sample(), input::isText, number);
        List<TextAttributions.Token> tokens = new ArrayList<>();
        for (int i = 0; i < input.encoding().length(); i++) {
            if (input.isText(i)) {
                tokens.add(new TextAttributions.Token(
                        input.token(i),
                        input.text(i),
                        input.encoding().start(i),
                        input.encoding().end(i),
                        found.values()[i]));
            }
        }
        return new TextAttributions(input.texts(), label, found.output(), found.baseline(), tokens);
    }

    /** How BERT attends to an input. */
    public TextAttention attention(Input input) {
        Prediction prediction = attentions().predict(List.of(input.sample()), 1).get(0);
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < input.encoding().length(); i++) {
            tokens.add(input.token(i));
        }
        return new TextAttention(
                tokens, prediction.outputs().stream().map(TextExplainer::heads).toList());
    }

    private synchronized IntegratedGradients gradients() {
        if (gradients == null) {
            IntegratedGradients usual =
                    model.graph().changing(() -> IntegratedGradients.of(model, bert.wordEmbeddings()));
            gradients = bert.addsToWords()
                    ? usual
                    : usual.withBaseline(bert.vocabulary().unknownId());
        }
        return gradients;
    }

    private synchronized Model attentions() {
        if (attentions == null) {
            Tensor[] inputs = model.inputs().toArray(Tensor[]::new);
            attentions = model.graph()
                    .changing(() -> Model.of(inputs).to(bert.attentions(inputs).toArray(Tensor[]::new)));
        }
        return attentions;
    }

    private static double[][][] heads(FloatValues values) {
        int length = values.shape()[1];
        double[][][] heads = new double[values.shape()[0]][length][length];
        for (int head = 0; head < heads.length; head++) {
            for (int i = 0; i < length; i++) {
                for (int j = 0; j < length; j++) {
                    heads[head][i][j] = values.get(head, i, j);
                }
            }
        }
        return heads;
    }
}
