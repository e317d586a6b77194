package io.github.bert4j.models;

import io.github.bert4j.graph.Weight;
import io.github.bert4j.kernels.Kernels;
import io.github.bert4j.kernels.NativeMemory;
import io.github.bert4j.train.Gradient;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Adds up the gradients of several batches; those of tables stay rows. */
final class GradientSums implements AutoCloseable {
    private final Kernels kernels;
    private final Map<Weight, Gradient> sums = new LinkedHashMap<>();

    GradientSums(Kernels kernels) {
        this.kernels = kernels;
    }

    /** Adds gradients, whose arrays need not stay. */
    void add(Map<Weight, Gradient> gradients) {
        gradients.forEach((weight, gradient) -> {
            Gradient sum = sums.get(weight);
            if (sum instanceof Gradient.Dense dense) {
                dense.dense().addi(gradient.dense());
            } else if (sum instanceof Gradient.Rows some) {
                sums.put(weight, sum(some, (Gradient.Rows) gradient));
                free(some);
            } else {
                sums.put(weight, copy(gradient));
            }
        });
    }

    /** The sums so far; valid until this is closed. */
    Map<Weight, Gradient> gradients() {
        return sums;
    }

    @Override
    public void close() {
        sums.values().forEach(GradientSums::free);
    }

    private static Gradient copy(Gradient gradient) {
        if (gradient instanceof Gradient.Rows some) {
            return new Gradient.Rows(copy(some.indices()), copy(some.rows()), some.tableRows());
        }
        return new Gradient.Dense(copy(gradient.dense()));
    }

    private static INDArray copy(INDArray array) {
        return NativeMemory.allocate(array::dup);
    }

    private Gradient sum(Gradient.Rows a, Gradient.Rows b) {
        int[] indices = Stream.of(a, b)
                .flatMapToInt(rows -> IntStream.of(rows.indices().toIntVector()))
                .sorted()
                .distinct()
                .toArray();
        INDArray sum = Nd4j.create(DataType.FLOAT, indices.length, a.rows().size(1));
        for (Gradient.Rows rows : List.of(a, b)) {
            int[] places = IntStream.of(rows.indices().toIntVector())
                    .map(index -> Arrays.binarySearch(indices, index))
                    .toArray();
            kernels.scatterAdd(rows.rows(), Nd4j.createFromArray(places), sum, true);
        }
        return new Gradient.Rows(Nd4j.createFromArray(indices), sum, a.tableRows());
    }

    private static void free(Gradient gradient) {
        if (gradient instanceof Gradient.Rows some) {
            some.indices().close();
            some.rows().close();
        } else {
            gradient.dense().close();
        }
    }
}
