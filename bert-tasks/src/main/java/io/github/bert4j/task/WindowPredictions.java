package io.github.bert4j.task;

import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.models.Model;
import io.github.bert4j.models.Prediction;
import io.github.bert4j.text.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What a model says about the windows of many texts. */
public final class WindowPredictions {
    /** Not the training batch: a loaded model must add up the same numbers in the same order as the saved one. */
    private static final int PREDICTED_TOGETHER = 32;

    private WindowPredictions() {}

    /**
     * Computes windows of similar length together, whatever their texts.
     *
     * @param windows of each text
     * @return one prediction per window, by text
     */
    public static List<List<Prediction>> of(Model model, List<List<Window>> windows, Function<Window, Sample> sample) {
        List<Window> all = windows.stream().flatMap(List::stream).toList();
        if (all.isEmpty()) {
            return List.of();
        }
        List<Prediction> predictions = model.predict(Dataset.of(all, PREDICTED_TOGETHER, sample));
        List<List<Prediction>> byText = new ArrayList<>();
        int read = 0;
        for (List<Window> ofText : windows) {
            byText.add(predictions.subList(read, read + ofText.size()));
            read += ofText.size();
        }
        return byText;
    }
}
