package io.github.bert4j.models;

import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Tensor.Squashing;
import io.github.bert4j.train.LossTerm;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** How far apart a model's answers are to the halves of a batch, see {@link io.github.bert4j.train.RDrop}. */
final class TwoPasses {
    private TwoPasses() {}

    /**
     * A term for each output of a model.
     *
     * @throws IllegalArgumentException if one is not made of probabilities [batch, classes]
     */
    static List<LossTerm> differences(Model model, double alpha) {
        return model.outputs().stream()
                .map(output -> difference(output, model.inputs().get(0), alpha))
                .toList();
    }

    /**
     * The divergences of p from q and back add up to the sum of {@code (p - q)(logit p - logit q)} over the classes, for
     * softmax and sigmoid alike: what a softmax takes off all logits of a row cancels out.
     */
    private static LossTerm difference(Tensor output, Tensor input, double alpha) {
        Tensor logits = output.logits(Squashing.SOFTMAX)
                .or(() -> output.logits(Squashing.SIGMOID))
                .filter(tensor -> tensor.shape().rank() == 2)
                .orElseThrow(() -> new IllegalArgumentException(
                        "R-Drop compares probabilities [batch, classes], but the model gives %s: expected an output of dense(n, SOFTMAX) or dense(n, SIGMOID) on one vector per sample"
                                .formatted(output)));
        SDVariable divergences =
                halvesApart(output).mul(halvesApart(logits)).sum().mul(alpha / 4);
        SDVariable pairs = input.graph()
                .sameDiff()
                .sizeAt(input.variable(), 0)
                .castTo(DataType.FLOAT)
                .mul(0.5);
        return new LossTerm(scalar(output, divergences), scalar(output, pairs));
    }

    /** First half less second half: [2 n, classes] → [n, classes]. */
    private static SDVariable halvesApart(Tensor tensor) {
        SDVariable signs =
                tensor.graph().sameDiff().constant(Nd4j.createFromArray(1f, -1f).reshape(2, 1, 1));
        return tensor.variable()
                .reshape(2, -1, tensor.shape().size(1))
                .mul(signs)
                .sum(0);
    }

    private static Tensor scalar(Tensor from, SDVariable variable) {
        return Tensor.of(from.graph(), variable, Shape.of());
    }
}
