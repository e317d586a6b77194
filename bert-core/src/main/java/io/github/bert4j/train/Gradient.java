package io.github.bert4j.train;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/** The gradient of one weight in one step; its arrays are valid during the update only and must not be written to. */
public sealed interface Gradient {

    /** The gradient in the shape of its weight; allocated where it is not there as such. */
    INDArray dense();

    /** A gradient in the shape of its weight. */
    record Dense(INDArray dense) implements Gradient {}

    /**
     * The gradient of a table of which some rows were looked up; that of all other rows is 0. An optimizer that does not
     * care takes {@link #dense}.
     *
     * @param indices of the rows looked up, int32 [n], ascending; one that was looked up repeatedly is there once
     * @param rows their gradients, [n, width]
     * @param tableRows rows of the whole table
     */
    record Rows(INDArray indices, INDArray rows, long tableRows) implements Gradient {
        @Override
        public INDArray dense() {
            INDArray dense = Nd4j.zeros(DataType.FLOAT, tableRows, rows.size(1));
            replaceIn(dense);
            return dense;
        }

        /** Writes the rows in the place of a table's; all others stay. */
        public void replaceIn(INDArray table) {
            Nd4j.exec(DynamicCustomOp.builder("scatter_upd")
                    .addInputs(table, indices, rows)
                    .addOutputs(table)
                    .build());
        }
    }
}
