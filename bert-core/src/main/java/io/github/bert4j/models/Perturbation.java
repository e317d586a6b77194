package io.github.bert4j.models;

import io.github.bert4j.graph.Weight;
import io.github.bert4j.train.Gradient;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Moves a table along its gradient until that is undone; see {@link io.github.bert4j.train.AdversarialTraining}. */
final class Perturbation {
    /** As in bert4keras. */
    private static final double SMALLEST_NORM = 1e-8;

    private final Weight table;
    private final INDArray indices;
    private final INDArray before;

    /** Moves the table. */
    Perturbation(Weight table, Gradient gradient, double epsilon) {
        this.table = table;
        INDArray values = table.variable().getArr();
        // A whole gradient is one of all rows.
        INDArray rows = gradient instanceof Gradient.Rows some ? some.rows() : gradient.dense();
        this.indices = gradient instanceof Gradient.Rows some
                ? some.indices().dup()
                : Nd4j.createFromArray(IntStream.range(0, (int) values.size(0)).toArray());
        this.before = Nd4j.createUninitialized(rows.dataType(), rows.shape());
        table.graph().kernels().lookup(values, indices, before, false);
        double norm = Math.sqrt(table.graph().kernels().sumOfSquares(rows));
        try (INDArray change = rows.mul(epsilon / (norm + SMALLEST_NORM))) {
            table.graph().kernels().scatterAdd(change, indices, values, true);
        }
        table.graph().weightsChanged();
    }

    /** Puts the table back, to the last bit. */
    void undo() {
        new Gradient.Rows(indices, before, table.shape().size(0))
                .replaceIn(table.variable().getArr());
        table.graph().weightsChanged();
        indices.close();
        before.close();
    }
}
