package io.github.bert4j.ops;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ops.impl.shape.Gather;

/**
 * Reverse-mode differentiation: adds the backward ops of a scalar to its graph.
 *
 * <p>This replaces {@code SameDiff.createGradFunction}, which copies the whole graph through a serializer, prints to
 * standard output and can be called once per graph. Only ops on a path between the loss and a wanted variable get a
 * backward op, so frozen parts cost nothing.
 */
public final class Gradients {
    private Gradients() {}

    /**
     * Adds the gradients of {@code loss}, a float scalar.
     *
     * @return the gradient of each wanted variable that the loss depends on, in the order given
     */
    public static Map<SDVariable, SDVariable> of(SDVariable loss, Collection<SDVariable> wanted) {
        SameDiff graph = loss.getSameDiff();
        List<SameDiffOp> path = path(graph, loss, wanted);
        Map<String, List<SDVariable>> contributions = new HashMap<>();
        contributions.put(loss.name(), new ArrayList<>(List.of(graph.onesLike(loss))));
        for (int i = path.size() - 1; i >= 0; i--) {
            SameDiffOp op = path.get(i);
            List<SDVariable> outputs = outputGradients(graph, op, contributions);
            if (outputs != null) {
                List<SDVariable> inputs = differentiate(op, outputs);
                for (int j = 0; j < inputs.size() && j < op.getInputsToOp().size(); j++) {
                    if (inputs.get(j) != null) {
                        contributions
                                .computeIfAbsent(op.getInputsToOp().get(j), name -> new ArrayList<>())
                                .add(inputs.get(j));
                    }
                }
            }
        }
        Map<SDVariable, SDVariable> gradients = new LinkedHashMap<>();
        for (SDVariable variable : wanted) {
            if (contributions.containsKey(variable.name())) {
                gradients.put(variable, sum(contributions, variable.name()));
            }
        }
        return gradients;
    }

    /** Ops that depend on a wanted variable and that the loss depends on, in the order of the graph. */
    private static List<SameDiffOp> path(SameDiff graph, SDVariable loss, Collection<SDVariable> wanted) {
        Set<String> dependent = new HashSet<>();
        wanted.forEach(variable -> dependent.add(variable.name()));
        List<SameDiffOp> forward = new ArrayList<>();
        for (Plan.Operation operation : Plan.of(graph, List.of(loss)).operations()) {
            if (operation.inputs().stream().anyMatch(dependent::contains)) {
                dependent.addAll(operation.outputs());
                forward.add(operation.op());
            }
        }
        return forward;
    }

    /** Null if no gradient reaches the op, as for integer outputs. */
    private static List<SDVariable> outputGradients(
            SameDiff graph, SameDiffOp op, Map<String, List<SDVariable>> contributions) {
        List<String> outputs = op.getOutputsOfOp();
        if (outputs.stream().noneMatch(contributions::containsKey)) {
            return null;
        }
        List<SDVariable> gradients = new ArrayList<>();
        for (String name : outputs) {
            if (contributions.containsKey(name)) {
                gradients.add(sum(contributions, name));
            } else {
                // Stock ops expect a gradient for every output, ours only for those the loss depends on.
                SDVariable output = graph.getVariable(name);
                boolean stock = !(op.getOp() instanceof GraphOp);
                gradients.add(stock && output.dataType().isFPType() ? graph.zerosLike(output) : null);
            }
        }
        return gradients;
    }

    private static List<SDVariable> differentiate(SameDiffOp op, List<SDVariable> outputGradients) {
        DifferentialFunction function = op.getOp();
        if (function instanceof Gather) {
            throw new IllegalArgumentException(
                    "Op %s (gather) loses the gradients of repeated indices in SameDiff: use the layer Gather or Embedding"
                            .formatted(op.getName()));
        }
        try {
            return function.doDiff(outputGradients);
        } catch (UnsupportedOperationException e) {
            throw new IllegalArgumentException(
                    "Op %s (%s) has no gradient in SameDiff, but the loss depends on it: use an op that has one"
                            .formatted(op.getName(), function.opName()),
                    e);
        }
    }

    private static SDVariable sum(Map<String, List<SDVariable>> contributions, String name) {
        List<SDVariable> parts = contributions.get(name);
        SDVariable sum = parts.get(0);
        for (SDVariable part : parts.subList(1, parts.size())) {
            sum = sum.add(part);
        }
        contributions.put(name, new ArrayList<>(List.of(sum)));
        return sum;
    }
}
