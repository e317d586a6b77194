package io.github.bert4j.cli;

import io.github.bert4j.ops.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A bundle's model that answers lines as the command {@code predict} does, for programs that launch this library.
 *
 * <pre>{@code
 * try (LinePredictor predictor = LinePredictor.load(bundle, Precision.FLOAT32)) {
 *     List<String> json = predictor.predict(lines);
 * }
 * }</pre>
 *
 * <p>Any number of threads may predict at a time.
 */
public final class LinePredictor implements AutoCloseable {
    private final TrainedTask task;

    private LinePredictor(TrainedTask task) {
        this.task = task;
    }

    /**
     * Loads the model of any task.
     *
     * @param bundle what training saved, or a zip of it
     * @param precision of matrix products
     * @throws io.github.bert4j.bundle.BundleException if it is damaged
     * @throws IllegalArgumentException if the machine cannot compute in the precision
     */
    public static LinePredictor load(Path bundle, Precision precision) throws IOException {
        return new LinePredictor(TrainedTask.load(bundle, List.of(), precision));
    }

    /**
     * An object of JSON for each line, in the order given; those of similar length are computed together. A line that
     * cannot be answered, such as a blank one, has the field {@code error}.
     */
    public List<String> predict(List<String> lines) {
        return task.predictAll(lines).stream().map(Console::json).toList();
    }

    /** Frees the native memory. */
    @Override
    public void close() {
        task.close();
    }
}
