package io.github.bert4j.train;

import io.github.bert4j.files.EventFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes files that {@code tensorboard --logdir} shows, as Keras' {@code TensorBoard} does: under {@code train} the loss
 * ({@code batch_loss}, the mean of its epoch so far) and learning rate of each step and the metrics of each epoch, under
 * {@code validation} those on validation data. A metric has one name in both, such as {@code epoch_loss}, so that
 * TensorBoard draws both into one chart.
 *
 * <p>Steps and epochs count on over several calls of {@code fit}, each of which adds files. Where training goes on after an
 * interruption, so do they; what it does anew is in the older and the newer file.
 */
public final class TensorBoardLog implements Callback {
    private static final String VALIDATION = "val_";

    private final Path folder;
    private final Recording recording;
    private EventFile train;
    private EventFile validation;
    private long steps;
    private long epochs;

    /** @param folder of one run; beside those of others TensorBoard compares them */
    public TensorBoardLog(Path folder) {
        this.folder = folder;
        this.recording = new Recording(folder);
    }

    /** @throws UncheckedIOException if a file cannot be created */
    @Override
    public void onTrainingStart() {
        try {
            train = EventFile.create(folder.resolve("train"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void onStepEnd(StepEnd step) {
        steps++;
        recording.write(() -> {
            train.scalar("batch_loss", steps, step.loss());
            train.scalar("batch_learning_rate", steps, step.learningRate());
        });
    }

    @Override
    public void onEpochEnd(EpochEnd epoch) {
        epochs++;
        recording.write(() -> {
            for (Map.Entry<String, Double> metric : epoch.metrics().entrySet()) {
                String name = metric.getKey();
                if (name.startsWith(VALIDATION)) {
                    validation = validation == null ? EventFile.create(folder.resolve("validation")) : validation;
                    validation.scalar(epoch(name.substring(VALIDATION.length())), epochs, metric.getValue());
                } else {
                    train.scalar(epoch(name), epochs, metric.getValue());
                }
            }
            train.scalar(epoch("learning_rate"), epochs, epoch.learningRate());
        });
    }

    @Override
    public CallbackState state() {
        return CallbackState.of("TensorBoardLog", Map.of("steps", (double) steps, "epochs", (double) epochs));
    }

    @Override
    public void restore(CallbackState state) {
        steps = state.numbers().get("steps").longValue();
        epochs = state.numbers().get("epochs").longValue();
    }

    /** Closes the files. */
    @Override
    public void onTrainingEnd() {
        EventFile first = train;
        EventFile second = validation;
        // Both are closed even if one fails; one that is null is left out.
        try (first;
                second) {
            train = null;
            validation = null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String epoch(String metric) {
        return "epoch_" + metric;
    }
}
