package io.github.bert4j.models;

import io.github.bert4j.data.Batch;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.FloatValues;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.ops.Results;
import io.github.bert4j.ops.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runs a model forward and hands out each row's own part of the outputs. */
final class BatchPredictor {
    private final Model model;
    private final Feed feed;

    BatchPredictor(Model model) {
        this.model = model;
        this.feed = new Feed("input", model.inputs());
    }

    List<Prediction> predict(Dataset dataset) {
        Prediction[] predictions = new Prediction[dataset.size()];
        Dataset checked = dataset.checked((sample, row) -> feed.check(sample.inputs(), row));
        checked.byLength().forEach(ordered -> {
            Batch batch = ordered.batch();
            try (Results results = model.graph().run(model.plan(), arrays(batch), Step.inference())) {
                List<FloatValues> outputs = model.outputs().stream()
                        .map(output -> values(results, output))
                        .toList();
                for (int i = 0; i < batch.size(); i++) {
                    predictions[ordered.rows()[i]] = prediction(outputs, batch, i);
                }
            } catch (OutOfMemoryError shortage) {
                throw MemoryShortage.ofBatch(shortage, model.graph(), model.plan(), this::arrays, batch);
            }
        });
        return Arrays.asList(predictions);
    }

    private Map<String, INDArray> arrays(Batch batch) {
        return feed.arrays(batch.inputs());
    }

    static FloatValues values(Results results, Tensor output) {
        int[] shape = Arrays.stream(results.get(output.variable()).shape())
                .mapToInt(Math::toIntExact)
                .toArray();
        return new FloatValues(results.floats(output.variable()), shape);
    }

    private Prediction prediction(List<FloatValues> outputs, Batch batch, int index) {
        int padded =
                batch.inputs().get(0).shape().length > 1 ? batch.inputs().get(0).shape()[1] : -1;
        List<FloatValues> own = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
            FloatValues output = outputs.get(i);
            if (output.shape().length == 0 || output.shape()[0] != batch.size()) {
                throw new IllegalArgumentException(
                        "Output %s has shape %s for %d samples: expected the batch as its first axis"
                                .formatted(model.outputs().get(i), Arrays.toString(output.shape()), batch.size()));
            }
            Shape symbolic = model.outputs().get(i).shape();
            int[] shape = Arrays.copyOfRange(output.shape(), 1, output.shape().length);
            int stride = output.values().length / batch.size();
            int length = stride;
            // An axis of no fixed size, as long as the padded batch, is that of the tokens.
            if (shape.length > 0 && shape[0] == padded && symbolic.size(1) == Shape.UNKNOWN) {
                length = stride / padded * batch.lengths()[index];
                shape[0] = batch.lengths()[index];
            }
            own.add(new FloatValues(
                    Arrays.copyOfRange(output.values(), index * stride, index * stride + length), shape));
        }
        return new Prediction(own);
    }
}
