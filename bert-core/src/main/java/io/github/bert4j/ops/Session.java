package io.github.bert4j.ops;

import io.github.bert4j.kernels.Kernels;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.config.ExecutionResult;
import org.nd4j.autodiff.samediff.config.SDValue;
import org.nd4j.autodiff.samediff.internal.FrameIter;
import org.nd4j.autodiff.samediff.internal.InferenceSession;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs {@link Plan}s over one graph: our ops by {@link Kernels}, all others as SameDiff itself would, buffers from a pool.
 *
 * <p>A session serves one run at a time; concurrent runs over one graph take a session each.
 */
public final class Session implements AutoCloseable {
    private static final FrameIter FRAME = new FrameIter(InferenceSession.OUTER_FRAME, 0, null);

    private final SameDiff graph;
    private final Kernels kernels;
    private final BufferPool pool;
    private final StockOps stockOps;
    private Profile profile;

    public Session(SameDiff graph, Kernels kernels) {
        this(graph, kernels, new BufferPool());
    }

    Session(SameDiff graph, Kernels kernels, BufferPool pool) {
        this.graph = graph;
        this.kernels = kernels;
        this.pool = pool;
        this.stockOps = new StockOps(graph, pool);
    }

    /**
     * Runs a plan.
     *
     * @param inputs arrays of the placeholders that the plan needs
     * @throws IllegalArgumentException if an input is missing, or an op refuses its values
     */
    public Results run(Plan plan, Map<String, INDArray> inputs, Step step) {
        return run(plan, inputs, step, () -> {});
    }

    /** As {@link #run(Plan, Map, Step)}; {@code whenClosed} is called when the results are closed, not if the run fails. */
    public Results run(Plan plan, Map<String, INDArray> inputs, Step step, Runnable whenClosed) {
        if (plan.graph() != graph) {
            throw new IllegalArgumentException("The plan belongs to another graph than this session");
        }
        Map<String, INDArray> arrays = new HashMap<>();
        for (String name : plan.inputs()) {
            INDArray input = inputs.get(name);
            if (input == null) {
                throw new IllegalArgumentException("Input \"%s\" is missing: expected %s, received %s"
                        .formatted(name, plan.inputs(), inputs.keySet()));
            }
            arrays.put(name, input);
        }
        Map<String, INDArray> live = new HashMap<>();
        pool.begin(plan);
        try {
            for (Plan.Operation operation : plan.operations()) {
                long start = System.nanoTime();
                run(operation, arrays, live, step);
                if (profile != null) {
                    profile.add(operation.op().getOp().opName(), start);
                }
                for (String name : operation.finished()) {
                    INDArray finished = live.remove(name);
                    if (finished != null) {
                        pool.release(finished);
                    }
                }
            }
            Map<String, INDArray> outputs = new LinkedHashMap<>();
            for (String name : plan.outputs()) {
                outputs.put(name, array(name, arrays));
            }
            return new Results(outputs, pool, List.copyOf(live.values()), whenClosed);
        } catch (RuntimeException | Error e) {
            live.values().forEach(pool::release);
            throw e;
        }
    }

    /** Counts the time of every op of later runs in a profile; null counts nothing. */
    public void profileInto(Profile profile) {
        this.profile = profile;
    }

    /** A session over another graph, with the kernels and buffers of this one, which serves no other run meanwhile. */
    public Session over(SameDiff other) {
        return other == graph ? this : new Session(other, kernels, pool);
    }

    /** Number of pooled buffers made so far. */
    int buffers() {
        return pool.made();
    }

    /** Number of floats that were ever used of the pooled buffers. */
    long used() {
        return pool.used();
    }

    /** Frees all buffers; results of earlier runs must not be used any more. */
    @Override
    public void close() {
        pool.close();
    }

    private void run(Plan.Operation operation, Map<String, INDArray> arrays, Map<String, INDArray> live, Step step) {
        INDArray[] inputs =
                operation.inputs().stream().map(name -> array(name, arrays)).toArray(INDArray[]::new);
        if (operation.op().getOp() instanceof GraphOp op) {
            for (int i = 0; i < inputs.length; i++) {
                inputs[i] = contiguous(inputs[i]);
            }
            INDArray[] outputs = allocate(op, operation, inputs);
            keep(operation, outputs, arrays, live);
            op.execute(step, kernels, inputs, outputs);
            // Kernels hand bare addresses to native code; a contiguous copy has no other reference to keep its memory.
            Reference.reachabilityFence(inputs);
        } else {
            keep(operation, stockOps.execute(operation, inputs), arrays, live);
        }
    }

    private void keep(
            Plan.Operation operation, INDArray[] outputs, Map<String, INDArray> arrays, Map<String, INDArray> live) {
        for (int i = 0; i < outputs.length; i++) {
            if (outputs[i] != null) {
                pool.retain(outputs[i]);
                arrays.put(operation.outputs().get(i), outputs[i]);
                live.put(operation.outputs().get(i), outputs[i]);
            }
        }
    }

    private INDArray[] allocate(GraphOp op, Plan.Operation operation, INDArray[] inputs) {
        long[][] shapes = op.outputShapes(inputs);
        List<DataType> types = op.calculateOutputDataTypes(List.of());
        INDArray[] outputs = new INDArray[shapes.length];
        for (int i = 0; i < outputs.length; i++) {
            boolean needed = operation.read()[i] || !op.canOmit(i);
            outputs[i] = needed ? pool.allocate(false, types.get(i), shapes[i]) : null;
        }
        return outputs;
    }

    /** Not by {@code isView()}: that is true of every array from the pool that is shorter than its buffer. */
    private static INDArray contiguous(INDArray array) {
        boolean plain = array.ordering() == 'c'
                && array.offset() == 0
                && Arrays.equals(array.stride(), Nd4j.getStrides(array.shape(), 'c'));
        return plain ? array : array.dup('c');
    }

    private INDArray array(String name, Map<String, INDArray> arrays) {
        INDArray array = arrays.get(name);
        return array == null ? graph.getArrForVarName(name) : array;
    }

    /** SameDiff's own way of running one op, without its way of finding out which op is next. */
    private static final class StockOps extends InferenceSession {

        StockOps(SameDiff graph, BufferPool pool) {
            super(graph);
            setMmgr(pool);
        }

        INDArray[] execute(Plan.Operation operation, INDArray[] inputs) {
            Set<VarId> variables = new LinkedHashSet<>();
            Set<String> constantsAndPlaceholders = new LinkedHashSet<>();
            Map<String, INDArray> placeholders = new HashMap<>();
            nodeValueOutputs.clear();
            for (int i = 0; i < inputs.length; i++) {
                String name = operation.inputs().get(i);
                SDVariable variable = sameDiff.getVariable(name);
                VarId id = FRAME.toVarId(name);
                nodeValueOutputs.put(id, SDValue.create(inputs[i]));
                if (variable.isPlaceHolder()) {
                    placeholders.put(name, inputs[i]);
                    constantsAndPlaceholders.add(name);
                } else if (variable.isConstant()) {
                    constantsAndPlaceholders.add(name);
                } else {
                    variables.add(id);
                }
            }
            Pair<SameDiffOp, OpContext> prepared = getAndParameterizeOp(
                    operation.op().getName(),
                    FRAME,
                    variables,
                    Set.of(),
                    constantsAndPlaceholders,
                    placeholders,
                    Set.of(),
                    Map.of());
            ExecutionResult result = doExec(
                    operation.op().getOp(),
                    prepared.getSecond(),
                    FRAME,
                    variables,
                    Set.of(),
                    constantsAndPlaceholders,
                    Map.of());
            List<INDArray> outputs = new ArrayList<>();
            for (int i = 0; i < result.numResults(); i++) {
                outputs.add(
                        result.hasSingle()
                                ? result.resultAt(i)
                                : result.valueWithKeyAtIndex(i, false).getTensorValue());
            }
            operation.op().getOp().clearArrays();
            if (prepared.getSecond() != null) {
                prepared.getSecond().purge();
            }
            nodeValueOutputs.clear();
            return outputs.toArray(INDArray[]::new);
        }
    }
}
