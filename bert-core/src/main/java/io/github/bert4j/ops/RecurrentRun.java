package io.github.bert4j.ops;

import io.github.bert4j.kernels.Kernels;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Sequences on their way through a {@link Cell}, there and back: backpropagation through time.
 *
 * <p>Arrays are row-major. What belongs to a step is kept at {@code [step, batch, …]}, in the order of steps.
 */
final class RecurrentRun {
    private final Cell cell;
    private final boolean backwards;
    private final int batch;
    private final int length;
    private final int units;
    /** Gates times units. */
    private final int width;
    /** Of x by the kernel, and the bias: [batch, length, width]. */
    private final float[] products;

    private final INDArray recurrentKernel;
    /** Of a GRU, [width]: what is added to the product of the last state. */
    private final float[] recurrentBias;
    /** [batch, length]; null if all positions count. */
    private final float[] mask;
    /** After each step, the first being what all begins with: [steps + 1, batch, units]. */
    private final float[] states;
    /** Of an LSTM, its memory, likewise. */
    private final float[] cells;
    /** Activated, [steps, batch, width]. */
    private final float[] gates;
    /** Of a GRU, the product of the last state for the candidate, [steps, batch, units]. */
    private final float[] candidates;

    /**
     * What the loss changes by.
     *
     * @param products of x by the kernel, [batch, length, width]
     */
    record Gradients(float[] products, float[] recurrentKernel, float[] bias) {}

    RecurrentRun(Cell cell, boolean backwards, INDArray[] inputs) {
        this.cell = cell;
        this.backwards = backwards;
        this.batch = (int) inputs[0].size(0);
        this.length = (int) inputs[0].size(1);
        this.units = (int) inputs[2].size(0);
        this.width = cell.gates() * units;
        this.products = GraphOp.floats(Kernels.rows(inputs[0]).mmul(inputs[1]));
        float[] bias = GraphOp.floats(inputs[3]);
        for (int i = 0; i < products.length; i++) {
            products[i] += bias[i % width];
        }
        this.recurrentKernel = inputs[2];
        this.recurrentBias = new float[width];
        if (cell == Cell.GRU) {
            System.arraycopy(bias, width, recurrentBias, 0, width);
        }
        this.mask = inputs.length > 4 ? GraphOp.floats(inputs[4].castTo(inputs[0].dataType())) : null;
        this.states = new float[(length + 1) * batch * units];
        this.cells = new float[cell == Cell.LSTM ? states.length : 0];
        this.gates = new float[length * batch * width];
        this.candidates = new float[cell == Cell.GRU ? length * batch * units : 0];
    }

    void forward() {
        for (int step = 0; step < length; step++) {
            float[] recurrent = GraphOp.floats(state(step).mmul(recurrentKernel));
            for (int sample = 0; sample < batch; sample++) {
                for (int unit = 0; unit < units; unit++) {
                    forward(step, sample, unit, recurrent);
                }
            }
        }
    }

    /** The states after each position, 0 where the mask is: [batch, length, units]. */
    float[] sequence() {
        float[] sequence = new float[batch * length * units];
        for (int step = 0; step < length; step++) {
            for (int sample = 0; sample < batch; sample++) {
                if (counts(step, sample)) {
                    System.arraycopy(
                            states,
                            ((step + 1) * batch + sample) * units,
                            sequence,
                            place(step, sample) * units,
                            units);
                }
            }
        }
        return sequence;
    }

    /** The state after the last step, [batch, units]. */
    float[] last() {
        float[] last = new float[batch * units];
        System.arraycopy(states, length * batch * units, last, 0, last.length);
        return last;
    }

    /**
     * @param sequence what the loss changes by with {@link #sequence}; null if it does not depend on it
     * @param last likewise with {@link #last}
     */
    Gradients backward(float[] sequence, float[] last) {
        float[] ofProducts = new float[products.length];
        float[] ofRecurrentBias = new float[width];
        INDArray ofKernel = Nd4j.zeros(units, width);
        float[] ofState = last == null ? new float[batch * units] : last.clone();
        float[] ofCell = new float[batch * units];
        INDArray turned = recurrentKernel.transpose();
        for (int step = length - 1; step >= 0; step--) {
            float[] ofRecurrent = new float[batch * width];
            float[] kept = new float[batch * units];
            for (int sample = 0; sample < batch; sample++) {
                int row = sample * units;
                if (!counts(step, sample)) {
                    System.arraycopy(ofState, row, kept, row, units);
                    continue;
                }
                for (int unit = 0; unit < units; unit++) {
                    if (sequence != null) {
                        ofState[row + unit] += sequence[place(step, sample) * units + unit];
                    }
                    backward(step, sample, unit, ofState, ofCell, ofProducts, ofRecurrent, kept);
                }
            }
            for (int i = 0; i < ofRecurrent.length; i++) {
                ofRecurrentBias[i % width] += ofRecurrent[i];
            }
            INDArray rows = Nd4j.createFromArray(ofRecurrent).reshape(batch, width);
            ofKernel.addi(state(step).transpose().mmul(rows));
            float[] through = GraphOp.floats(rows.mmul(turned));
            for (int i = 0; i < ofState.length; i++) {
                ofState[i] = kept[i] + through[i];
            }
        }
        return new Gradients(ofProducts, GraphOp.floats(ofKernel), bias(ofProducts, ofRecurrentBias));
    }

    private void forward(int step, int sample, int unit, float[] recurrent) {
        int before = (step * batch + sample) * units + unit;
        int after = before + batch * units;
        if (!counts(step, sample)) {
            states[after] = states[before];
            if (cell == Cell.LSTM) {
                cells[after] = cells[before];
            }
            return;
        }
        int product = place(step, sample) * width + unit;
        int own = sample * width + unit;
        int gate = (step * batch + sample) * width + unit;
        switch (cell) {
            case LSTM -> {
                for (int i = 0; i < 4; i++) {
                    float sum = products[product + i * units] + recurrent[own + i * units];
                    gates[gate + i * units] = i == 2 ? (float) Math.tanh(sum) : sigmoid(sum);
                }
                cells[after] = gates[gate + units] * cells[before] + gates[gate] * gates[gate + 2 * units];
                states[after] = gates[gate + 3 * units] * (float) Math.tanh(cells[after]);
            }
            case GRU -> {
                for (int i = 0; i < 2; i++) {
                    gates[gate + i * units] = sigmoid(products[product + i * units]
                            + recurrent[own + i * units]
                            + recurrentBias[unit + i * units]);
                }
                int candidate = 2 * units;
                candidates[before] = recurrent[own + candidate] + recurrentBias[unit + candidate];
                gates[gate + candidate] =
                        (float) Math.tanh(products[product + candidate] + gates[gate + units] * candidates[before]);
                states[after] = gates[gate] * states[before] + (1 - gates[gate]) * gates[gate + candidate];
            }
        }
    }

    /** @param kept what the last state changes the loss by on another way than through the recurrent kernel */
    private void backward(
            int step,
            int sample,
            int unit,
            float[] ofState,
            float[] ofCell,
            float[] ofProducts,
            float[] ofRecurrent,
            float[] kept) {
        int before = (step * batch + sample) * units + unit;
        int product = place(step, sample) * width + unit;
        int own = sample * width + unit;
        int gate = (step * batch + sample) * width + unit;
        int row = sample * units + unit;
        switch (cell) {
            case LSTM -> {
                float input = gates[gate];
                float forget = gates[gate + units];
                float candidate = gates[gate + 2 * units];
                float output = gates[gate + 3 * units];
                float squashed = (float) Math.tanh(cells[before + batch * units]);
                float inner = ofCell[row] + ofState[row] * output * (1 - squashed * squashed);
                float[] sums = {
                    inner * candidate * input * (1 - input),
                    inner * cells[before] * forget * (1 - forget),
                    inner * input * (1 - candidate * candidate),
                    ofState[row] * squashed * output * (1 - output)
                };
                for (int i = 0; i < 4; i++) {
                    ofProducts[product + i * units] = sums[i];
                    ofRecurrent[own + i * units] = sums[i];
                }
                ofCell[row] = inner * forget;
            }
            case GRU -> {
                float update = gates[gate];
                float reset = gates[gate + units];
                float candidate = gates[gate + 2 * units];
                float ofCandidate = ofState[row] * (1 - update) * (1 - candidate * candidate);
                float ofUpdate = ofState[row] * (states[before] - candidate) * update * (1 - update);
                float ofReset = ofCandidate * candidates[before] * reset * (1 - reset);
                ofProducts[product] = ofUpdate;
                ofProducts[product + units] = ofReset;
                ofProducts[product + 2 * units] = ofCandidate;
                ofRecurrent[own] = ofUpdate;
                ofRecurrent[own + units] = ofReset;
                ofRecurrent[own + 2 * units] = ofCandidate * reset;
                kept[row] = ofState[row] * update;
            }
        }
    }

    private float[] bias(float[] ofProducts, float[] ofRecurrentBias) {
        float[] bias = new float[cell == Cell.GRU ? 2 * width : width];
        for (int i = 0; i < ofProducts.length; i++) {
            bias[i % width] += ofProducts[i];
        }
        if (cell == Cell.GRU) {
            System.arraycopy(ofRecurrentBias, 0, bias, width, width);
        }
        return bias;
    }

    private INDArray state(int step) {
        float[] state = new float[batch * units];
        System.arraycopy(states, step * batch * units, state, 0, state.length);
        return Nd4j.createFromArray(state).reshape(batch, units);
    }

    private boolean counts(int step, int sample) {
        return mask == null || mask[place(step, sample)] != 0;
    }

    /** Among the positions of all samples. */
    private int place(int step, int sample) {
        return sample * length + (backwards ? length - 1 - step : step);
    }

    private static float sigmoid(float x) {
        return (float) (1 / (1 + Math.exp(-x)));
    }
}
