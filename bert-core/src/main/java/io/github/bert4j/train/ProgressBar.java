package io.github.bert4j.train;

import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Shows how training goes: on a terminal a bar for each epoch, with samples per second, time left, loss and metrics so far;
 * everywhere a line at the end of each epoch.
 *
 * <pre>{@code
 * model.fit(train, 5, validation, ProgressBar.on(System.err));
 * // Epoch 1/5: loss 0.4126, accuracy 0.8042, val_loss 0.3011, val_accuracy 0.8750
 * }</pre>
 */
public final class ProgressBar implements Callback {
    private static final int WIDTH = 25;
    private static final Duration BETWEEN = Duration.ofMillis(100);

    private final PrintStream out;
    private final boolean terminal;
    private EpochStart epoch;
    private int samples;
    private long started;
    private long drawn;
    private int length;

    /**
     * @param out where it is shown
     * @param terminal whether a bar can be drawn there, by lines that are written over
     */
    public ProgressBar(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** One on {@code System.err} or {@code System.out}, with a bar if the program runs on a terminal. */
    public static ProgressBar on(PrintStream stream) {
        return new ProgressBar(stream, System.console() != null);
    }

    @Override
    public void onEpochStart(EpochStart start) {
        epoch = start;
        samples = start.samplesDone();
        started = System.nanoTime();
        drawn = started - BETWEEN.toNanos();
    }

    @Override
    public void onStepEnd(StepEnd step) {
        samples += step.samples();
        boolean due = System.nanoTime() - drawn >= BETWEEN.toNanos() || samples == epoch.samples();
        if (terminal && due) {
            drawn = System.nanoTime();
            Map<String, Double> soFar = new LinkedHashMap<>(Map.of("loss", step.loss()));
            soFar.putAll(step.metrics());
            draw(bar() + ", " + text(soFar));
        }
    }

    @Override
    public void onEpochEnd(EpochEnd end) {
        clear();
        out.println("Epoch %d/%d: %s".formatted(end.number(), epoch.epochs(), text(end.metrics())));
    }

    /** Lets the next line begin where the bar's ends. */
    @Override
    public void onTrainingEnd() {
        clear();
    }

    private String bar() {
        double part = (double) samples / epoch.samples();
        double seconds = (System.nanoTime() - started) / 1e9;
        double rate = (samples - epoch.samplesDone()) / seconds;
        int full = (int) (part * WIDTH);
        return String.format(
                Locale.ROOT,
                "Epoch %d/%d %3d%% [%s%s] %d/%d samples, %.1f/s, %s left",
                epoch.number(),
                epoch.epochs(),
                (int) (100 * part),
                "=".repeat(full),
                " ".repeat(WIDTH - full),
                samples,
                epoch.samples(),
                rate,
                time((long) ((epoch.samples() - samples) / rate)));
    }

    private void draw(String line) {
        out.print("\r" + line + " ".repeat(Math.max(0, length - line.length())));
        out.flush();
        length = line.length();
    }

    /** The bar goes when its line is done. */
    private void clear() {
        if (length > 0) {
            out.print("\r" + " ".repeat(length) + "\r");
            length = 0;
        }
    }

    private static String time(long seconds) {
        return "%d:%02d:%02d".formatted(seconds / 3600, seconds / 60 % 60, seconds % 60);
    }

    private static String text(Map<String, Double> metrics) {
        return metrics.entrySet().stream()
                .map(metric -> String.format(Locale.ROOT, "%s %.4f", metric.getKey(), metric.getValue()))
                .collect(Collectors.joining(", "));
    }
}
