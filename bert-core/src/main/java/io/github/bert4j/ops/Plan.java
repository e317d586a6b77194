package io.github.bert4j.ops;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ops.impl.controlflow.compat.BaseCompatOp;

/**
 * What has to run, in which order, to get some outputs of a graph: made once, run often.
 *
 * <p>SameDiff keeps ops in the order they were added, and an op can only be added after its inputs: that order is
 * already a topological one.
 */
public final class Plan {

    /**
     * One op of the plan.
     *
     * @param read whether each output is read by a later op or asked for
     * @param finished names of arrays that no later op reads
     */
    public record Operation(
            SameDiffOp op, List<String> inputs, List<String> outputs, boolean[] read, List<String> finished) {}

    private final SameDiff graph;
    private final List<String> outputs;
    private final List<Operation> operations;
    private final Set<String> needed;
    private final Set<String> inputs;

    private Plan(
            SameDiff graph, List<String> outputs, List<Operation> operations, Set<String> needed, Set<String> inputs) {
        this.graph = graph;
        this.outputs = outputs;
        this.operations = operations;
        this.needed = needed;
        this.inputs = inputs;
    }

    /** Plans the computation of these variables of one graph, and nothing that they do not need. */
    public static Plan of(SameDiff graph, Collection<SDVariable> outputs) {
        return of(graph, outputs, List.of());
    }

    /**
     * As {@link #of(SameDiff, Collection)}, from the values of some variables inside the graph on.
     *
     * @param fed variables whose arrays are inputs of a run, as those of placeholders are, instead of being computed
     */
    public static Plan of(SameDiff graph, Collection<SDVariable> outputs, Collection<SDVariable> fed) {
        List<String> names = outputs.stream().map(SDVariable::name).distinct().toList();
        Set<String> given = fed.stream().map(SDVariable::name).collect(Collectors.toSet());
        Set<String> needed = needed(graph, names, given);
        Set<String> inputs = new LinkedHashSet<>();
        List<SameDiffOp> ops = new ArrayList<>();
        for (SameDiffOp op : graph.getOps().values()) {
            if (op.getOutputsOfOp().stream().anyMatch(name -> needed.contains(name) && !given.contains(name))) {
                requireStraightLine(op);
                ops.add(op);
                inputsOf(op).stream()
                        .filter(name ->
                                given.contains(name) || graph.getVariable(name).isPlaceHolder())
                        .forEach(inputs::add);
            }
        }
        names.stream()
                .filter(name -> given.contains(name) || graph.getVariable(name).isPlaceHolder())
                .forEach(inputs::add);
        return new Plan(graph, names, withLifetimes(ops, names), needed, inputs);
    }

    /** The sums of rows that the plan looks up, by {@link EmbeddingOp}, in a table and perhaps in others. */
    public List<SDVariable> lookups(SDVariable table) {
        return operations.stream()
                .filter(operation -> operation.op().getOp() instanceof EmbeddingOp
                        && operation.inputs().contains(table.name()))
                .map(operation -> graph.getVariable(operation.outputs().get(0)))
                .toList();
    }

    /** Names of the placeholders, and other variables, that must be fed. */
    public Set<String> inputs() {
        return inputs;
    }

    /** Whether the outputs depend on a variable. */
    public boolean reads(SDVariable variable) {
        return needed.contains(variable.name());
    }

    SameDiff graph() {
        return graph;
    }

    List<String> outputs() {
        return outputs;
    }

    /** The ops, each after those whose outputs it reads. */
    public List<Operation> operations() {
        return operations;
    }

    private static Set<String> needed(SameDiff graph, List<String> outputs, Set<String> given) {
        Set<String> needed = new HashSet<>(outputs);
        Deque<String> open = new ArrayDeque<>(outputs);
        while (!open.isEmpty()) {
            String name = open.pop();
            String creator = graph.getVariables().get(name).getOutputOfOp();
            if (creator != null && !given.contains(name)) {
                for (String input : inputsOf(graph.getOps().get(creator))) {
                    if (needed.add(input)) {
                        open.push(input);
                    }
                }
            }
        }
        return needed;
    }

    /** Walks backwards, so that the first reader met of an array is the last one to run. */
    private static List<Operation> withLifetimes(List<SameDiffOp> ops, List<String> outputs) {
        Set<String> readLater = new HashSet<>(outputs);
        Map<SameDiffOp, Operation> operations = new HashMap<>();
        for (int i = ops.size() - 1; i >= 0; i--) {
            SameDiffOp op = ops.get(i);
            List<String> produced = op.getOutputsOfOp();
            boolean[] read = new boolean[produced.size()];
            List<String> finished = new ArrayList<>();
            for (int j = 0; j < read.length; j++) {
                read[j] = readLater.contains(produced.get(j));
                if (!read[j]) {
                    finished.add(produced.get(j));
                }
            }
            for (String input : inputsOf(op)) {
                if (readLater.add(input)) {
                    finished.add(input);
                }
            }
            operations.put(op, new Operation(op, inputsOf(op), produced, read, finished));
        }
        return ops.stream().map(operations::get).toList();
    }

    private static List<String> inputsOf(SameDiffOp op) {
        return op.getInputsToOp() == null ? List.of() : op.getInputsToOp();
    }

    private static void requireStraightLine(SameDiffOp op) {
        if (op.getOp() instanceof BaseCompatOp) {
            throw new IllegalArgumentException(
                    "Op %s is control flow (%s), which this library does not run: expected ops without loops and branches"
                            .formatted(op.getName(), op.getOp().opName()));
        }
    }
}
