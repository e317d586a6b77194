package io.github.bert4j.task;

import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.graph.Natives;
import io.github.bert4j.kernels.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * A trained model of any task, which answers questions of any content.
 *
 * <pre>{@code
 * try (var task = TrainedTask.load(Path.of("sentiment"))) {
 *     task.answer(List.of(Question.of("房间干净，服务也好。"))).forEach(System.out::println); // JSON
 * }
 * }</pre>
 *
 * <p>Any number of threads may ask at a time.
 *
 * @param type what it was trained for
 * @param <S> a labelled record
 */
public record TrainedTask<S>(TaskType<S, ?, ?> type, TrainedModel<S> model) implements AutoCloseable {

    /** Loads a bundle, or a zip of it: in float32, or in int8 if its weights are. */
    public static TrainedTask<?> load(Path path) throws IOException {
        return load(path, List.of(), Precision.FLOAT32);
    }

    /**
     * Loads a bundle, or a zip of it.
     *
     * @param others bundles of the same task that answer together with it
     * @param precision of matrix products
     * @throws io.github.bert4j.bundle.BundleException if one is damaged
     * @throws IllegalArgumentException if there are others, but the task has no such thing, or they do not fit; or the
     *     machine cannot compute in the precision
     */
    public static TrainedTask<?> load(Path path, List<Path> others, Precision precision) throws IOException {
        Natives.begin(); // while files are checked
        try (Bundle bundle = Bundle.open(path)) {
            return load(TaskType.of(bundle), bundle, others, precision);
        }
    }

    private static <S, M extends TaskModel<S, ?, ?>> TrainedTask<S> load(
            TaskType<S, ?, M> type, Bundle first, List<Path> others, Precision precision) throws IOException {
        if (others.isEmpty()) {
            return new TrainedTask<>(type, type.load(first, precision));
        }
        List<M> models = new ArrayList<>();
        boolean done = false;
        try {
            models.add(type.load(first, precision));
            for (Path path : others) {
                try (Bundle bundle = Bundle.open(path)) {
                    models.add(type.load(bundle, precision));
                }
            }
            TrainedTask<S> together = new TrainedTask<>(type, type.together(models));
            done = true;
            return together;
        } finally {
            if (!done) {
                models.forEach(TrainedModel::close);
            }
        }
    }

    /** What it is asked. */
    public QuestionFields fields() {
        return model.head().fields();
    }

    /** One answer per question, in the order given; those that cannot be answered say why. */
    public List<Answer> answer(List<Question> questions) {
        QuestionFields fields = fields();
        return fields.answer(questions, asked -> {
            Iterator<?> said = model.said(asked).iterator();
            return asked.stream()
                    .map(question -> Answer.of(question, fields, said.next()))
                    .toList();
        });
    }

    /** Frees the native memory. */
    @Override
    public void close() {
        model.close();
    }
}
