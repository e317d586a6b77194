package io.github.bert4j.cli;

import io.github.bert4j.train.Callback;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar per epoch on stderr: samples, samples per second, time left, loss and metrics so far. */
final class TrainingProgress implements Callback {
    private static final int WIDTH = 120;

    private final Console console;
    private int epochs;
    private ProgressBar bar;

    TrainingProgress(Console console) {
        this.console = console;
    }

    @Override
    public void onEpochStart(EpochStart epoch) {
        epochs = epoch.epochs();
        bar = new ProgressBarBuilder()
                .setTaskName("Epoch %d/%d".formatted(epoch.number(), epochs))
                .setInitialMax(epoch.samples())
                .setUnit(" samples", 1)
                .showSpeed()
                .setStyle(ProgressBarStyle.ASCII)
                .setConsumer(new ConsoleProgressBarConsumer(console.err(), WIDTH))
                .build();
        bar.stepTo(epoch.samplesDone());
    }

    @Override
    public void onStepEnd(StepEnd step) {
        bar.stepBy(step.samples());
        bar.setExtraMessage(text(step.loss(), step.metrics()));
        if (bar.getCurrent() == bar.getMax()) {
            close();
        }
    }

    @Override
    public void onEpochEnd(EpochEnd epoch) {
        console.log("Epoch %d/%d: %s".formatted(epoch.number(), epochs, text(epoch.metrics())));
    }

    /** Lets the next line begin where the bar's ends. */
    @Override
    public void onTrainingEnd() {
        close();
    }

    private void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    private static String text(double loss, Map<String, Double> metrics) {
        return " loss %.4f".formatted(loss) + (metrics.isEmpty() ? "" : ", " + text(metrics));
    }

    private static String text(Map<String, Double> metrics) {
        return metrics.entrySet().stream()
                .map(metric -> String.format(Locale.ROOT, "%s %.4f", metric.getKey(), metric.getValue()))
                .collect(Collectors.joining(", "));
    }
}
