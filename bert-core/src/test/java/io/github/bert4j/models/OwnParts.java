package io.github.bert4j.models;

import static io.github.bert4j.layers.Layers.dense;

import io.github.bert4j.data.Dataset;
import io.github.bert4j.graph.Initializer;
import io.github.bert4j.graph.Layer;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.train.Adam;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.Metric;
import java.util.List;
import java.util.function.Consumer;

/** A layer, a loss, a metric and a callback as the guide "Models of your own" writes them. */
final class OwnParts {
    private OwnParts() {}

    // The guide shows what follows.
    static final class Scale extends Layer {
        private Weight factor;

        Scale() {
            super("scale");
        }

        @Override
        protected void build(List<Tensor> inputs) {
            factor = weight("factor", Shape.of(inputs.get(0).shape().size(-1)), Initializer.ones());
        }

        @Override
        protected Tensor call(List<Tensor> inputs) {
            return inputs.get(0).times(factor.tensor());
        }
    }
    // So far the guide.

    /** Learns from numbers what they are scaled by. */
    static CompiledModel compile(Tensor x) {
        Tensor y = dense(1).apply(new Scale().apply(x));
        // The guide shows what follows.
        Loss huber = Loss.elementwise(
                (output, label) -> output.minus(label).square().plus(1).sqrt().minus(1));
        Metric near = Metric.mean("near", (output, label) -> Math.abs(output[0] - label[0]) < 0.1 ? 1 : 0);
        Metric most = Metric.overall(
                "largest_error",
                rows -> rows.stream()
                        .mapToDouble(row -> Math.abs(row.output()[0] - row.label()[0]))
                        .max()
                        .orElse(0));
        var model = Model.of(x).to(y).compile(huber, new Adam(0.05), near, most);
        // So far the guide.
        return model;
    }

    static void fit(CompiledModel model, Dataset train, Consumer<String> log) {
        // The guide shows what follows.
        Callback untilItIsGood = new Callback() {
            @Override
            public void onEpochEnd(EpochEnd epoch) {
                log.accept("Epoch %d: %s".formatted(epoch.number(), epoch.metrics()));
                if (epoch.metrics().get("near") > 0.99) {
                    epoch.training().stop();
                }
            }
        };
        model.fit(train, 200, untilItIsGood);
        // So far the guide.
    }
}
