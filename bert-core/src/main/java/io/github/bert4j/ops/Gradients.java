package io.github.bert4j.ops;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
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

    /**
     * Where a graph computes the gradient of one variable.
     *
     * @param indices of the variable's rows that {@code values} belong to, int32 [n], ascending, each once; the gradient
     *     of all other rows is 0. Empty where {@code values} has the variable's shape
     * @param values the gradient, or its rows [n, width]
     */
    public record Parts(Optional<SDVariable> indices, SDVariable values) {

        /** The variables that a plan must compute. */
        public Stream<SDVariable> variables() {
            return Stream.concat(indices.stream(), Stream.of(values));
        }
    }

    /** What ops have added to one gradient. */
    private static final class Contributions {
        private final SDVariable variable;
        private final List<Lookup> lookups = new ArrayList<>();
        private SDVariable sum;

        Contributions(SDVariable variable) {
            this.variable = variable;
        }

        void add(SDVariable part) {
            sum = sum == null ? part : sum.add(part);
        }

        SDVariable whole() {
            if (!lookups.isEmpty()) {
                add(Lookup.whole(variable, lookups));
                lookups.clear();
            }
            return sum;
        }

        Parts parts() {
            if (sum != null) {
                return new Parts(Optional.empty(), whole());
            }
            SDVariable[] rows = Lookup.rows(lookups);
            return new Parts(Optional.of(rows[0]), rows[1]);
        }
    }

    private final SameDiff graph;
    private final Map<String, Contributions> contributions = new HashMap<>();

    private Gradients(SDVariable loss, Collection<SDVariable> wanted) {
        this.graph = loss.getSameDiff();
        List<SameDiffOp> path = path(graph, loss, wanted);
        to(loss).add(graph.onesLike(loss));
        for (int i = path.size() - 1; i >= 0; i--) {
            propagate(path.get(i));
        }
    }

    /**
     * Adds the gradients of {@code loss}, a float scalar.
     *
     * @return the gradient of each wanted variable that the loss depends on, in the variable's shape and the order given
     */
    public static Map<SDVariable, SDVariable> of(SDVariable loss, Collection<SDVariable> wanted) {
        return collect(loss, wanted, Contributions::whole);
    }

    /**
     * As {@link #of}, but the gradients of tables that are only looked up in are rows: nothing of a table's size is
     * allocated for them. One that is also used otherwise, as word embeddings are by a masked-word head, is whole.
     */
    public static Map<SDVariable, Parts> parts(SDVariable loss, Collection<SDVariable> wanted) {
        return collect(loss, wanted, Contributions::parts);
    }

    private static <T> Map<SDVariable, T> collect(
            SDVariable loss, Collection<SDVariable> wanted, Function<Contributions, T> form) {
        Map<String, Contributions> found = new Gradients(loss, wanted).contributions;
        Map<SDVariable, T> gradients = new LinkedHashMap<>();
        for (SDVariable variable : wanted) {
            if (found.containsKey(variable.name())) {
                gradients.put(variable, form.apply(found.get(variable.name())));
            }
        }
        return gradients;
    }

    /** Adds the backward op of an op whose outputs' gradients are complete. */
    private void propagate(SameDiffOp op) {
        List<String> outputs = op.getOutputsOfOp();
        List<String> inputs = op.getInputsToOp();
        if (outputs.stream().noneMatch(contributions::containsKey)) {
            // No gradient reaches it, as with integer outputs.
            return;
        }
        if (op.getOp() instanceof EmbeddingOp) {
            SDVariable gradients = to(graph.getVariable(outputs.get(0))).whole();
            for (int i = 0; i < inputs.size(); i += 2) {
                SDVariable table = graph.getVariable(inputs.get(i + 1));
                to(table).lookups.add(new Lookup(graph.getVariable(inputs.get(i)), gradients));
            }
            return;
        }
        List<SDVariable> gradients = differentiate(op, outputGradients(op));
        for (int i = 0; i < gradients.size() && i < inputs.size(); i++) {
            if (gradients.get(i) != null) {
                to(graph.getVariable(inputs.get(i))).add(gradients.get(i));
            }
        }
    }

    private Contributions to(SDVariable variable) {
        return contributions.computeIfAbsent(variable.name(), name -> new Contributions(variable));
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

    private List<SDVariable> outputGradients(SameDiffOp op) {
        List<SDVariable> gradients = new ArrayList<>();
        for (String name : op.getOutputsOfOp()) {
            if (contributions.containsKey(name)) {
                gradients.add(contributions.get(name).whole());
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
}
