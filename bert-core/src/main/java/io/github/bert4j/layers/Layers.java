package io.github.bert4j.layers;

import io.github.bert4j.graph.Lambda;
import io.github.bert4j.graph.Tensor;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.nd4j.autodiff.samediff.SDVariable;

/** Short names for the layers, to import statically. */
public final class Layers {
    private Layers() {}

    /** {@link Dense} without an activation. */
    public static Dense dense(int units) {
        return dense(units, Activation.LINEAR);
    }

    /** {@link Dense} with a bias. */
    public static Dense dense(int units, Activation activation) {
        return new Dense(units, activation, Dense.Bias.YES);
    }

    /** {@link Dropout}. */
    public static Dropout dropout(double rate) {
        return new Dropout((float) rate);
    }

    /** {@link LayerNormalization}. */
    public static LayerNormalization layerNormalization() {
        return new LayerNormalization();
    }

    /** {@link Embedding}. */
    public static Embedding embedding(int count, int size) {
        return new Embedding(count, size);
    }

    /** {@link Gather}. */
    public static Gather gather() {
        return new Gather();
    }

    /** {@link Add}. */
    public static Add add() {
        return new Add();
    }

    /** {@link Average}. */
    public static Average average() {
        return new Average();
    }

    /** {@link Lstm}. */
    public static Lstm lstm(int units) {
        return new Lstm(units);
    }

    /** {@link Gru}. */
    public static Gru gru(int units) {
        return new Gru(units);
    }

    /** {@link Bidirectional}. */
    public static Bidirectional bidirectional(Recurrent layer) {
        return new Bidirectional(layer);
    }

    /** {@link Conv1D}. */
    public static Conv1D conv1D(int units, int size, Activation activation) {
        return new Conv1D(units, size, activation);
    }

    /** {@link AveragePooling}. */
    public static AveragePooling averagePooling() {
        return new AveragePooling();
    }

    /** {@link MaxPooling}. */
    public static MaxPooling maxPooling() {
        return new MaxPooling();
    }

    /** {@link Concatenate}. */
    public static Concatenate concatenate() {
        return new Concatenate();
    }

    /** {@link Multiply}. */
    public static Multiply multiply() {
        return new Multiply();
    }

    /** {@link Dot}. */
    public static Dot dot() {
        return new Dot(Dot.Vectors.AS_THEY_ARE);
    }

    /** {@link Dot} of vectors made one long: cosines. */
    public static Dot cosine() {
        return new Dot(Dot.Vectors.NORMALIZED);
    }

    /** 1 where tokens are real and 0 at padding: ids [batch, length] → float32 [batch, length]. */
    public static Tensor mask(Tensor tokens) {
        return tokens.notEqualTo(0);
    }

    /** 1 at padding and 0 where tokens are real: ids [batch, length] → float32 [batch, length]. */
    public static Tensor padding(Tensor tokens) {
        return tokens.equalTo(0);
    }

    /** {@link Softmax}. */
    public static Softmax softmax() {
        return new Softmax();
    }

    /** {@link Crf}. */
    public static Crf crf() {
        return new Crf();
    }

    /** {@link GlobalPointer}. */
    public static GlobalPointer globalPointer(int labels) {
        return new GlobalPointer(labels);
    }

    /** Any SameDiff expression of one tensor. */
    public static Lambda lambda(UnaryOperator<SDVariable> expression) {
        return new Lambda(arguments -> expression.apply(arguments.get(0)));
    }

    /** Any SameDiff expression of two tensors. */
    public static Lambda lambda(BinaryOperator<SDVariable> expression) {
        return new Lambda(arguments -> expression.apply(arguments.get(0), arguments.get(1)));
    }
}
