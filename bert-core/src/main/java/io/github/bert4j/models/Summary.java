package io.github.bert4j.models;

import io.github.bert4j.graph.Node;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Keras' table of a model's layers. */
final class Summary {
    private static final int[] ENDS = {32, 56, 68, 98};

    private final StringBuilder text = new StringBuilder();

    private Summary() {}

    static String of(Model model) {
        Summary summary = new Summary();
        summary.rule('_');
        summary.row("Layer (type)", "Output Shape", "Param #", "Connected to");
        summary.rule('=');
        Set<Weight> counted = new HashSet<>();
        List<Node> nodes = nodes(model);
        for (int i = 0; i < nodes.size(); i++) {
            summary.node(nodes.get(i), counted);
            summary.rule(i < nodes.size() - 1 ? '_' : '=');
        }
        long total = parameters(model.weights().stream());
        long trainable = parameters(model.weights().stream().filter(Weight::isTrainable));
        summary.text.append(String.format(Locale.ROOT, "Total params: %,d%n", total));
        summary.text.append(String.format(Locale.ROOT, "Trainable params: %,d%n", trainable));
        summary.text.append(String.format(Locale.ROOT, "Non-trainable params: %,d%n", total - trainable));
        summary.rule('_');
        return summary.text.toString();
    }

    private void node(Node node, Set<Weight> counted) {
        long parameters = parameters(node.layer().weights().stream().filter(counted::add));
        String kind =
                node.inputs().isEmpty() ? "InputLayer" : node.layer().getClass().getSimpleName();
        List<String> connected = node.inputs().stream()
                .map(input -> input.producer()
                        .map(producer -> producer.layer().name() + "["
                                + producer.outputs().indexOf(input) + "]")
                        .orElse(input.name()))
                .collect(Collectors.toList());
        row(
                node.layer().name() + " (" + kind + ")",
                node.outputs().get(node.outputs().size() - 1).shape().toString(),
                String.format(Locale.ROOT, "%,d", parameters),
                connected.isEmpty() ? "" : connected.get(0));
        connected.stream().skip(1).forEach(name -> row("", "", "", name));
    }

    private static long parameters(Stream<Weight> weights) {
        return weights.mapToLong(weight -> weight.shape().elements()).sum();
    }

    /** Calls of layers that the outputs depend on, inputs before what is made of them. */
    private static List<Node> nodes(Model model) {
        Set<Node> nodes = new LinkedHashSet<>();
        model.inputs().forEach(input -> collect(input, nodes));
        model.outputs().forEach(output -> collect(output, nodes));
        return new ArrayList<>(nodes);
    }

    private static void collect(Tensor tensor, Set<Node> nodes) {
        tensor.producer().ifPresent(node -> {
            if (!nodes.contains(node)) {
                node.inputs().forEach(input -> collect(input, nodes));
                nodes.add(node);
            }
        });
    }

    private void row(String... cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.length; i++) {
            line.append(cells[i]);
            int end = ENDS[i];
            // Keras cuts what does not fit; a space keeps columns apart.
            line.setLength(Math.min(line.length(), end - 1));
            line.append(" ".repeat(end - line.length()));
        }
        text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }

    private void rule(char character) {
        text.append(String.valueOf(character).repeat(ENDS[ENDS.length - 1])).append(System.lineSeparator());
    }
}
