package io.github.bert4j.models;

import io.github.bert4j.data.Batch;
import io.github.bert4j.data.Dataset;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a compiled model is fed: inputs, and labels where its loss has any. */
record Feeds(Feed inputs, Feed labels) {

    /** The arrays by placeholder name. */
    Map<String, INDArray> arrays(Batch batch) {
        Map<String, INDArray> arrays = inputs.arrays(batch.inputs());
        arrays.putAll(labels.arrays(batch.labels()));
        return arrays;
    }

    /** The same dataset, which throws where a row does not fit. */
    Dataset checked(Dataset dataset) {
        return dataset.checked((sample, row) -> {
            inputs.check(sample.inputs(), row);
            labels.check(sample.labels(), row);
        });
    }
}
