package io.github.bert4j.layers;

import io.github.bert4j.graph.Layer;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import java.util.List;
import java.util.Optional;

/** What layers over padded sequences have in common: beside [batch, length, width] they are told which positions are real. */
abstract class SequenceLayer extends Layer {

    SequenceLayer(String kind) {
        super(kind);
    }

    /**
     * The mask among the inputs; empty if sequences are all of one length, and so not padded.
     *
     * @throws IllegalArgumentException if there is none and they may be padded, or the inputs do not fit
     */
    final Optional<Tensor> mask(List<Tensor> inputs) {
        Tensor x = inputs.get(0);
        requireRank(x, 3, "[batch, length, width]");
        if (inputs.size() == 1 && x.shape().size(1) == Shape.UNKNOWN) {
            throw new IllegalArgumentException(
                    "Layer %s was applied to %s alone, whose sequences may be padded: expected apply(x, tokens), where tokens [batch, length] are 0 at padding"
                            .formatted(name(), x));
        }
        if (inputs.size() == 1) {
            return Optional.empty();
        }
        requireInputs(inputs, 2);
        requireRank(inputs.get(1), 2, "tokens or a mask [batch, length], 0 at padding,");
        Tensor mask = inputs.get(1);
        return Optional.of(mask.padding() == 0 ? mask : mask.notEqualTo(mask.padding()));
    }

    /** The known width of the last axis. */
    final long width(List<Tensor> inputs) {
        long width = inputs.get(0).shape().size(-1);
        if (width == Shape.UNKNOWN) {
            throw new IllegalArgumentException(
                    "%s was applied to %s: the size of the last axis must be known".formatted(name(), inputs.get(0)));
        }
        return width;
    }
}
