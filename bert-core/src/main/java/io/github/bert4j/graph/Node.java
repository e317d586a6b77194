package io.github.bert4j.graph;

import java.util.List;

/** One call of a layer. */
public record Node(Layer layer, List<Tensor> inputs, List<Tensor> outputs) {
    public Node {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }
}
