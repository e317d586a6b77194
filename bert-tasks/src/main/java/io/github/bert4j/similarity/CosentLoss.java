package io.github.bert4j.similarity;

import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.LossTerm;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.ops.SDMath;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * CoSENT: {@code log(1 + Σ exp(scale · (cos_j - cos_i)))} over all i and j of a batch where i's label is larger than j's,
 * so that pairs of texts are put in order. Output: cosines [batch]; labels: float [batch], of which only the order counts.
 *
 * <p>A batch counts as one, whatever its size; one whose labels are all the same has no loss.
 *
 * <p>Source: Su Jianlin, "CoSENT（一）：比Sentence-BERT更有效的句向量方案", kexue.fm/archives/8847.
 *
 * @param scale of cosines; large values look at the worst mistakes alone
 */
public record CosentLoss(double scale) implements Loss {
    /** The scale of the original. */
    public static final CosentLoss DEFAULT = new CosentLoss(20);
    /** Above it float32 could not hold e to the power of twice the scale, times the number of pairs. */
    private static final double LARGEST_SCALE = 35;

    /** @throws IllegalArgumentException if the scale is not above 0 and at most 35 */
    public CosentLoss {
        if (!(scale > 0 && scale <= LARGEST_SCALE)) {
            throw new IllegalArgumentException("Scale %s of cosines: expected more than 0 and at most %s, such as 20"
                    .formatted(scale, LARGEST_SCALE));
        }
    }

    @Override
    public Tensor label(String name, Tensor output) {
        return output.graph().floats(name, Shape.UNKNOWN);
    }

    @Override
    public LossTerm term(Tensor output, Tensor label) {
        SDVariable larger = differences(label.variable()).lt(0).castTo(DataType.FLOAT);
        SDMath math = output.graph().sameDiff().math();
        SDVariable mistakes = math.exp(differences(output.variable()).mul(scale));
        SDVariable loss = math.log(mistakes.mul(larger).sum().add(1));
        SDVariable one = larger.sum().mul(0).add(1);
        return new LossTerm(Tensor.of(output.graph(), loss, Shape.of()), Tensor.of(output.graph(), one, Shape.of()));
    }

    /** {@code x_j - x_i} in row i and column j. */
    private static SDVariable differences(SDVariable x) {
        SameDiff graph = x.getSameDiff();
        return graph.expandDims(x, 0).sub(graph.expandDims(x, 1));
    }
}
