package io.github.bert4j.plots;

import io.github.bert4j.models.History;
import io.github.bert4j.plots.HistoryCurves.Curve;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.Recording;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Draws how training goes after every epoch: {@code epochs.png} as {@link Plots#of(History)}, and {@code steps.png} with loss,
 * metrics and learning rate by step, where loss and metrics are means of the epoch so far.
 *
 * <pre>{@code
 * classifier.fit(train, 5, validation, new TrainingPlots(Path.of("plots")));
 * }</pre>
 */
public final class TrainingPlots implements Callback {
    private final Path directory;
    private final Recording recording;
    private final List<History.Epoch> epochs = new ArrayList<>();
    private final Map<String, List<Double>> steps = new LinkedHashMap<>();
    private final List<Double> rates = new ArrayList<>();

    /** @param directory made if it is not there; pictures of an earlier training in it are replaced */
    public TrainingPlots(Path directory) {
        this.directory = directory;
        this.recording = new Recording(directory);
    }

    /** @throws UncheckedIOException if the directory cannot be made, which is better known before the first epoch */
    @Override
    public void onTrainingStart() {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        epochs.clear();
        steps.clear();
        rates.clear();
    }

    @Override
    public void onStepEnd(StepEnd step) {
        steps.computeIfAbsent("loss", name -> new ArrayList<>()).add(step.loss());
        step.metrics()
                .forEach((name, value) ->
                        steps.computeIfAbsent(name, key -> new ArrayList<>()).add(value));
        rates.add(step.learningRate());
    }

    @Override
    public void onEpochEnd(EpochEnd epoch) {
        epochs.add(new History.Epoch(epoch.number(), epoch.metrics(), epoch.learningRate()));
        Map<String, List<Curve>> charts = new LinkedHashMap<>();
        steps.forEach((name, values) ->
                charts.put(name + ", mean of the epoch so far", List.of(new Curve("training", List.copyOf(values)))));
        recording.write(() -> {
            Plots.of(new History(List.copyOf(epochs))).save(directory.resolve("epochs.png"));
            HistoryCurves.withRates("step", charts, List.copyOf(rates)).save(directory.resolve("steps.png"));
        });
    }
}
