package io.github.bert4j.layers;

import io.github.bert4j.graph.Lambda;
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
