package io.github.bert4j.ops;

import io.github.bert4j.kernels.DenseKernel;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.kernels.KernelLayout;
import io.github.bert4j.kernels.Kernels;
import java.util.List;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@code y = x · kernel + bias} over the last axis, or gelu of that: [… , in], a kernel, optionally [out] → [… , out].
 */
public final class DenseOp extends GraphOp {
    private final KernelLayout layout;
    private final Gelu gelu;
    private boolean coarse;

    /** With a kernel [in, out]. */
    public DenseOp(SDVariable... inputKernelBias) {
        this(KernelLayout.IN_OUT, inputKernelBias);
    }

    public DenseOp(KernelLayout layout, SDVariable... inputKernelBias) {
        this(layout, null, inputKernelBias);
    }

    /** With a kernel [in, out], and a function on top. */
    public DenseOp(Gelu gelu, SDVariable... inputKernelBias) {
        this(KernelLayout.IN_OUT, gelu, inputKernelBias);
    }

    private DenseOp(KernelLayout layout, Gelu gelu, SDVariable... inputKernelBias) {
        super(inputKernelBias);
        this.layout = layout;
        this.gelu = gelu;
    }

    /** Has its kernel rounded to 8 bits where a model's precision is that, as an encoder's are and a head's are not. */
    public DenseOp coarse() {
        if (layout != KernelLayout.IN_OUT || args().length < 3) {
            throw new IllegalStateException("Only a kernel [in, out] with a bias is rounded to 8 bits");
        }
        coarse = true;
        return this;
    }

    @Override
    public List<SDVariable> coarseByColumn() {
        return coarse ? List.of(arg(1)) : List.of();
    }

    /** How the kernel lies. */
    public KernelLayout layout() {
        return layout;
    }

    /** The function on top. */
    public Optional<Gelu> gelu() {
        return Optional.ofNullable(gelu);
    }

    /** The result and, where there is a function on top, its input. */
    @Override
    public int getNumOutputs() {
        return gelu == null ? 1 : 2;
    }

    @Override
    boolean canOmit(int output) {
        return output == 1;
    }

    @Override
    long[][] outputShapes(INDArray[] inputs) {
        long[] shape = withLast(inputs[0].shape(), units(inputs[1]));
        return gelu == null ? new long[][] {shape} : new long[][] {shape, shape};
    }

    @Override
    void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
        INDArray x = rows(inputs[0]);
        DenseKernel kernel = kernel(arg(1), inputs[1], layout, coarse, step);
        INDArray bias = inputs.length > 2 ? inputs[2] : null;
        if (gelu == null || outputs[1] == null) {
            kernels.dense(x, kernel, bias, gelu, rows(outputs[0]));
        } else {
            kernels.dense(x, kernel, bias, null, rows(outputs[1]));
            kernels.gelu(gelu, outputs[1], outputs[0]);
        }
    }

    @Override
    SDVariable[] gradients(SDVariable[] outputGradients) {
        SDVariable gradient = gelu == null
                ? outputGradients[0]
                : new GeluOp.Gradient(gelu, outputVariables()[1], outputGradients[0]).output();
        SDVariable[] gradients = new Gradient(arg(0), arg(1), gradient).outputVariables();
        return args().length > 2 ? gradients : new SDVariable[] {gradients[0], gradients[1]};
    }

    private long units(INDArray kernel) {
        return kernel.size(layout == KernelLayout.IN_OUT ? 1 : 0);
    }

    private final class Gradient extends GraphOp {

        Gradient(SDVariable input, SDVariable kernel, SDVariable outputGradient) {
            super(input, kernel, outputGradient);
        }

        @Override
        public String opName() {
            return "DenseGradientOp";
        }

        @Override
        public int getNumOutputs() {
            return 3;
        }

        @Override
        long[][] outputShapes(INDArray[] inputs) {
            return new long[][] {inputs[0].shape(), inputs[1].shape(), {units(inputs[1])}};
        }

        @Override
        void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {
            INDArray gradient = rows(inputs[2]);
            if (outputs[0] != null) {
                DenseKernel kernel = DenseKernel.changing(inputs[1], layout);
                kernels.denseInputGradient(gradient, kernel, rows(outputs[0]), false);
            }
            if (outputs[1] != null) {
                kernels.denseKernelGradient(rows(inputs[0]), gradient, layout, outputs[1]);
            }
            if (outputs[2] != null) {
                kernels.columnSums(gradient, outputs[2]);
            }
        }
    }
}
