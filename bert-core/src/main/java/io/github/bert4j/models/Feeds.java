package io.github.bert4j.models;

import io.github.bert4j.data.Batch;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.graph.Tensor;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a compiled model is fed: inputs, and labels and the samples' weights where its loss has any.
 *
 * @param weights [batch]; empty for a loss that knows of none
 */
record Feeds(Feed inputs, Feed labels, Optional<Tensor> weights) {

    /** The arrays by placeholder name. */
    Map<String, INDArray> arrays(Batch batch) {
        Map<String, INDArray> arrays = inputs.arrays(batch.inputs());
        arrays.putAll(labels.arrays(batch.labels()));
        weights.ifPresent(tensor -> arrays.put(tensor.name(), Nd4j.createFromArray(batch.weights())));
        return arrays;
    }

    /** The same dataset, which throws where a row does not fit. */
    Dataset checked(Dataset dataset) {
        return dataset.checked((sample, row) -> {
            inputs.check(sample.inputs(), row);
            labels.check(sample.labels(), row);
            if (weights.isEmpty() && sample.weight() != 1) {
                throw new IllegalArgumentException(
                        "Row %d of the dataset has weight %s, but the loss takes none: expected a loss such as Loss.elementwise(…), or an input that a LossTerm multiplies by"
                                .formatted(row, sample.weight()));
            }
        });
    }
}
