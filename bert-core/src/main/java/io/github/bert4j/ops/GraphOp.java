package io.github.bert4j.ops;

import io.github.bert4j.kernels.DenseKernel;
import io.github.bert4j.kernels.KernelLayout;
import io.github.bert4j.kernels.Kernels;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An op of ours inside a SameDiff graph: run by {@link Kernels} through a {@link Session}, differentiated by
 * {@link #gradients}.
 *
 * <p>Inputs arrive as contiguous row-major arrays. SameDiff's own session cannot run such an op.
 */
public abstract class GraphOp extends DynamicCustomOp {

    protected GraphOp(SDVariable... inputs) {
        super(null, inputs[0].getSameDiff(), inputs);
    }

    /** Shapes of all outputs for these inputs. */
    abstract long[][] outputShapes(INDArray[] inputs);

    /** Whether an output need not be computed where nothing reads it. */
    boolean canOmit(int output) {
        return true;
    }

    /** Computes the outputs; an entry of {@code outputs} is null where nothing reads it and it can be omitted. */
    abstract void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs);

    /**
     * Adds the backward op to the graph.
     *
     * @param outputGradients one per output, null where the loss does not depend on it
     * @return one per input, null where an input has no gradient
     */
    SDVariable[] gradients(SDVariable[] outputGradients) {
        throw new UnsupportedOperationException(opName() + " is a backward op: second derivatives are not supported");
    }

    /** Inputs that are matrices of which each column may be rounded to 8 bits, see {@link DenseOp#coarse}. */
    public List<SDVariable> coarseByColumn() {
        return List.of();
    }

    /** Inputs that are tables of which each row may be rounded to 8 bits. */
    public List<SDVariable> coarseByRow() {
        return List.of();
    }

    /** The single output. */
    public final SDVariable output() {
        return outputVariables()[0];
    }

    @Override
    public int getNumOutputs() {
        return 1;
    }

    @Override
    public List<DataType> calculateOutputDataTypes(List<DataType> inputTypes) {
        return Collections.nCopies(getNumOutputs(), DataType.FLOAT);
    }

    @Override
    public final List<SDVariable> doDiff(List<SDVariable> outputGradients) {
        return Arrays.asList(gradients(outputGradients.toArray(SDVariable[]::new)));
    }

    @Override
    public String opName() {
        return getClass().getSimpleName();
    }

    /** Zero tells ND4J that libnd4j has no op of this name. */
    @Override
    public final long opHash() {
        return 0;
    }

    @Override
    public final Map<String, Object> propertiesForFunction() {
        return Map.of();
    }

    /** As {@link Kernels#rows}; null for none. */
    static INDArray rows(INDArray array) {
        return array == null ? null : Kernels.rows(array);
    }

    /** The values on the Java heap. The array's buffer itself may be longer: it comes from a {@link BufferPool}. */
    static float[] floats(INDArray array) {
        return array.dup('c').data().asFloat();
    }

    static int[] ints(INDArray array) {
        return array.castTo(DataType.INT32).dup('c').data().asInt();
    }

    /** A dense layer's matrix; fixed if the values are a weight's own, not a copy, and this is no training step. */
    static DenseKernel kernel(SDVariable variable, INDArray values, KernelLayout layout, boolean coarse, Step step) {
        boolean weight = variable.getVariableType() == VariableType.VARIABLE && variable.getArr() == values;
        return new DenseKernel(values, layout, weight && !step.training(), coarse);
    }

    static void fill(INDArray target, float[] values) {
        target.assign(Nd4j.createFromArray(values).reshape(target.shape()));
    }

    static void fill(INDArray target, double[] values) {
        target.assign(Nd4j.createFromArray(values).castTo(DataType.FLOAT).reshape(target.shape()));
    }

    static void fill(INDArray target, int[] values) {
        target.assign(Nd4j.createFromArray(values).reshape(target.shape()));
    }

    /** Fills an output, unless nothing reads it. */
    static void fillIfRead(INDArray target, int[] values) {
        if (target != null) {
            fill(target, values);
        }
    }

    static long[] withLast(long[] shape, long last) {
        long[] changed = shape.clone();
        changed[changed.length - 1] = last;
        return changed;
    }
}
