package io.github.bert4j.ops;

import io.github.bert4j.kernels.Kernels;
import io.github.bert4j.kernels.PortableKernels;
import io.github.bert4j.kernels.Relation;
import io.github.bert4j.kernels.Sequences;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The probabilities with which {@link AttentionOp} attends, which it does not keep: packed query and key [n, heads · size],
 * where each sequence starts [batch + 1], rows [n], token ids [batch, length] → [batch, heads, length, length], zero at
 * padding. To be looked at: it has no dropout and no gradient.
 */
public final class AttentionProbabilitiesOp extends GraphOp {
    private final int heads;
    private final RelationKind relation;

    public AttentionProbabilitiesOp(
            int heads,
            SDVariable query,
            SDVariable key,
            SDVariable starts,
            SDVariable rows,
            SDVariable tokens,
            RelationKind relation) {
        super(Stream.concat(Stream.of(query, key, starts, rows, tokens), relation.inputs().stream())
                .toArray(SDVariable[]::new));
        this.heads = heads;
        this.relation = relation;
    }

    @Override
    long[][] outputShapes(INDArray[] inputs) {
        long length = inputs[4].size(1);
        return new long[][] {{inputs[4].size(0), heads, length, length}};
    }

    @Override
    void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
        Sequences sequences = new Sequences(ints(inputs[2]));
        int[] rows = ints(inputs[3]);
        Relation kind = relation.of(inputs, 5);
        int length = (int) inputs[4].size(1);
        float[] padded = new float[Math.toIntExact(outputs[0].length())];
        for (int i = 0; i < sequences.count(); i++) {
            int real = sequences.length(i);
            if (real == 0) {
                continue;
            }
            float[] own =
                    floats(PortableKernels.probabilities(inputs[0], inputs[1], sequences, sequences, heads, i, kind));
            for (int j = 0; j < own.length; j++) {
                int head = j / (real * real);
                int query = rows[sequences.start(i) + j / real % real] % length;
                int key = rows[sequences.start(i) + j % real] % length;
                padded[((i * heads + head) * length + query) * length + key] = own[j];
            }
        }
        fill(outputs[0], padded);
    }
}
