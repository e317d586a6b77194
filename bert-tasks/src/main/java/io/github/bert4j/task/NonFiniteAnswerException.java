package io.github.bert4j.task;

import io.github.bert4j.models.Model;
import io.github.bert4j.models.Prediction;
import java.util.List;

/** Thrown instead of an answer that is no number: the model's training diverged. */
public final class NonFiniteAnswerException extends ArithmeticException {
    private static final long serialVersionUID = 1;

    private NonFiniteAnswerException() {
        super(
                "The model has no answer: what it computes is NaN, as after a training that diverged; train it again with a lower learning rate");
    }

    /** @throws NonFiniteAnswerException if an output holds NaN */
    public static void requireNumbers(List<Prediction> predictions, Model model) {
        int outputs = model.outputs().size();
        for (Prediction prediction : predictions) {
            for (int output = 0; output < outputs; output++) {
                for (float value : prediction.output(output).values()) {
                    if (Float.isNaN(value)) {
                        throw new NonFiniteAnswerException();
                    }
                }
            }
        }
    }
}
