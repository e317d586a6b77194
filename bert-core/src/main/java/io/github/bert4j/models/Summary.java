package io.github.bert4j.models;

import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Node;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;

/** Keras' table of a model's layers. */
final class Summary {
    private static final int[] ENDS = {32, 56, 68, 98};

    private final Graph graph;
    /** By the call of a layer, or by the name of a variable that operations outside of layers made. */
    private final Map<Object, Row> rows = new LinkedHashMap<>();

    private final Set<Weight> counted = new HashSet<>();
    private final StringBuilder text = new StringBuilder();

    private record Row(String name, String shape, long parameters, List<String> connected) {}

    private Summary(Model model) {
        this.graph = model.graph();
    }

    static String of(Model model) {
        Summary summary = new Summary(model);
        summary.rule('_');
        summary.row("Layer (type)", "Output Shape", "Param #", "Connected to");
        summary.rule('=');
        model.inputs().forEach(input -> summary.collect(input, input.variable()));
        model.outputs().forEach(output -> summary.collect(output, output.variable()));
        List<Row> rows = List.copyOf(summary.rows.values());
        for (int i = 0; i < rows.size(); i++) {
            summary.row(rows.get(i));
            summary.rule(i < rows.size() - 1 ? '_' : '=');
        }
        long total = parameters(model.weights().stream());
        long trainable = parameters(model.weights().stream().filter(Weight::isTrainable));
        summary.text.append(String.format(Locale.ROOT, "Total params: %,d%n", total));
        summary.text.append(String.format(Locale.ROOT, "Trainable params: %,d%n", trainable));
        summary.text.append(String.format(Locale.ROOT, "Non-trainable params: %,d%n", total - trainable));
        summary.rule('_');
        return summary.text.toString();
    }

    /** Adds what made a variable after all that it was made from. */
    private void collect(Tensor tensor, SDVariable variable) {
        Optional<Node> producer = graph.producer(variable.name());
        Object key = producer.<Object>map(node -> node).orElse(variable.name());
        if (rows.containsKey(key)) {
            return;
        }
        if (producer.isPresent()) {
            Node node = producer.get();
            node.inputs().forEach(input -> collect(input, input.variable()));
            rows.put(key, row(node));
        } else if (graph.sameDiff().getVariableOutputOp(variable.name()) != null) {
            Set<SDVariable> sources = new LinkedHashSet<>();
            Set<Weight> weights = new LinkedHashSet<>();
            trace(variable, sources, weights, new HashSet<>());
            sources.forEach(source -> collect(null, source));
            rows.put(
                    key,
                    new Row(
                            variable.name() + " (SameDiff)",
                            tensor == null ? "" : tensor.shape().toString(),
                            parameters(weights.stream().filter(counted::add)),
                            sources.stream().map(this::name).toList()));
        }
    }

    /** What operations outside of layers read: the nearest outputs of layers, and weights. */
    private void trace(SDVariable variable, Set<SDVariable> sources, Set<Weight> weights, Set<String> seen) {
        DifferentialFunction op = graph.sameDiff().getVariableOutputOp(variable.name());
        for (SDVariable argument : op.args()) {
            if (!seen.add(argument.name())) {
                continue;
            }
            if (graph.producer(argument.name()).isPresent()) {
                sources.add(argument);
            } else if (graph.owns(argument)) {
                graph.weights().stream()
                        .filter(weight -> weight.name().equals(argument.name()))
                        .forEach(weights::add);
            } else if (graph.sameDiff().getVariableOutputOp(argument.name()) != null) {
                trace(argument, sources, weights, seen);
            }
        }
    }

    private Row row(Node node) {
        String kind =
                node.inputs().isEmpty() ? "InputLayer" : node.layer().getClass().getSimpleName();
        return new Row(
                node.layer().name() + " (" + kind + ")",
                node.outputs().get(node.outputs().size() - 1).shape().toString(),
                parameters(node.layer().weights().stream().filter(counted::add)),
                node.inputs().stream().map(input -> name(input.variable())).toList());
    }

    private String name(SDVariable variable) {
        return graph.producer(variable.name())
                .map(node -> node.layer().name() + "["
                        + node.outputs().stream().map(Tensor::name).toList().indexOf(variable.name()) + "]")
                .orElse(variable.name());
    }

    private static long parameters(Stream<Weight> weights) {
        return weights.mapToLong(weight -> weight.shape().elements()).sum();
    }

    private void row(Row row) {
        List<String> connected = row.connected();
        row(
                row.name(),
                row.shape(),
                String.format(Locale.ROOT, "%,d", row.parameters()),
                connected.isEmpty() ? "" : connected.get(0));
        connected.stream().skip(1).forEach(name -> row("", "", "", name));
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
