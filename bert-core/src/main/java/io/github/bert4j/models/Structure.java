package io.github.bert4j.models;

import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Layer;
import io.github.bert4j.graph.Node;
import io.github.bert4j.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * How a model's layers are connected, in text: each layer that has weights with what it is applied to, and each output. Two
 * models of the same weights' names and shapes may still differ in it.
 *
 * <p>Layers without weights have no names here, so that one more of them somewhere else does not count.
 */
final class Structure {
    /** Of an expression; a longer one is told by its beginning and a hash. */
    private static final int LONGEST = 300;

    private static final String PREFIX = "structure: ";
    private static final String OUTPUT = "output ";

    private final Graph graph;
    private final Map<String, String> lines = new TreeMap<>();
    private final Map<String, String> expressions = new HashMap<>();

    private Structure(Graph graph) {
        this.graph = graph;
    }

    /** To be kept in a file of the model's weights. */
    static Map<String, String> metadata(Model model) {
        Structure structure = new Structure(model.graph());
        List<Tensor> outputs = model.outputs();
        for (int i = 0; i < outputs.size(); i++) {
            structure.lines.put(
                    PREFIX + OUTPUT + (i + 1),
                    structure.expression(outputs.get(i).variable()));
        }
        return structure.lines;
    }

    /** A line for everything that differs; none if the file knows of no structure. */
    static List<String> differences(Map<String, String> metadata, Model model) {
        Map<String, String> before = of(metadata);
        Map<String, String> now = metadata(model);
        List<String> differences = new ArrayList<>();
        if (!before.isEmpty()) {
            Map<String, String> all = new TreeMap<>(before);
            all.putAll(now);
            for (String key : all.keySet()) {
                String saved = before.getOrDefault(key, "none");
                String built = now.getOrDefault(key, "none");
                if (!saved.equals(built)) {
                    differences.add("%s is %s in the file, but %s in this model"
                            .formatted(key.substring(PREFIX.length()), saved, built));
                }
            }
        }
        return differences;
    }

    /** The layers that have another type in the file, by name. */
    static Map<String, String> otherTypes(Map<String, String> metadata, Model model) {
        Map<String, String> now = metadata(model);
        Map<String, String> others = new HashMap<>();
        of(metadata).forEach((key, saved) -> {
            String built = now.getOrDefault(key, saved);
            if (!key.startsWith(PREFIX + OUTPUT) && !type(saved).equals(type(built))) {
                others.put(
                        key.substring(PREFIX.length()),
                        "its layer is a %s in the file, but a %s in this model".formatted(type(saved), type(built)));
            }
        });
        return others;
    }

    private static Map<String, String> of(Map<String, String> metadata) {
        return metadata.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(PREFIX))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static String type(String line) {
        return line.substring(0, Math.max(0, line.indexOf('(')));
    }

    private String expression(SDVariable variable) {
        String known = expressions.get(variable.name());
        if (known == null) {
            known = shortened(made(variable));
            expressions.put(variable.name(), known);
        }
        return known;
    }

    private String made(SDVariable variable) {
        Node node = graph.producer(variable.name()).orElse(null);
        if (node != null && !node.inputs().isEmpty()) {
            return call(node, variable);
        }
        DifferentialFunction op = graph.sameDiff().getVariableOutputOp(variable.name());
        return op == null
                ? variable.isConstant() ? "constant" : variable.name()
                : op.opName() + arguments(Arrays.asList(op.args()));
    }

    private String call(Node node, SDVariable variable) {
        Layer layer = node.layer();
        String arguments =
                arguments(node.inputs().stream().map(Tensor::variable).toList());
        String type = layer.getClass().getSimpleName();
        String called = type;
        if (!layer.weights().isEmpty()) {
            called = layer.name();
            lines.merge(
                    PREFIX + called,
                    shortened(type + arguments),
                    (one, other) -> one.contains(other) ? one : shortened(one + " " + other));
        }
        List<String> outputs = node.outputs().stream().map(Tensor::name).toList();
        return called + arguments + (outputs.size() > 1 ? "[" + outputs.indexOf(variable.name()) + "]" : "");
    }

    private String arguments(List<SDVariable> variables) {
        return variables.stream().map(this::expression).collect(Collectors.joining(", ", "(", ")"));
    }

    private static String shortened(String expression) {
        return expression.length() <= LONGEST
                ? expression
                : "%s… #%08x".formatted(expression.substring(0, LONGEST / 2), expression.hashCode());
    }
}
