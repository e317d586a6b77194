package io.github.bert4j.cli;

import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.bundle.Task;
import io.github.bert4j.models.Model;
import io.github.bert4j.ops.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/** A bundle's model as {@code evaluate} and {@code predict} see it, whatever its task. */
interface TrainedTask extends AutoCloseable {
    /**
     * Loads a bundle, or a zip of it.
     *
     * @param others bundles that answer together with it
     * @param precision of matrix products
     * @throws IllegalArgumentException if there are others, but the task has no such thing, or they do not fit
     */
    static TrainedTask load(Path path, List<Path> others, Precision precision) throws IOException {
        try (Bundle bundle = Bundle.open(path)) {
            if (!others.isEmpty() && bundle.task() != Task.EVENT) {
                throw new IllegalArgumentException("%s was trained for %s: only bundles for %s can answer together"
                        .formatted(path, bundle.task(), Task.EVENT));
            }
            return switch (bundle.task()) {
                case SENTIMENT -> SentimentTask.load(bundle, precision);
                case RELATION -> RelationTask.load(bundle, precision);
                case EVENT -> EventTask.load(bundle, others, precision);
                case ENTITY -> EntityTask.load(bundle, precision);
                case CLASSIFICATION -> ClassificationTask.load(bundle, precision);
                case SIMILARITY -> SimilarityTask.load(bundle, precision);
                case ANSWER -> AnswerTask.load(bundle, precision);
                case JOINT -> JointTask.load(bundle, precision);
            };
        }
    }

    /**
     * Measures the model on labelled data: a record that becomes a line of JSON.
     *
     * @param reports the files that are to be written besides
     * @param log takes what is wrong with the files, and tables
     */
    Object evaluate(List<Path> files, ReportOptions reports, Consumer<String> log) throws IOException;

    /** Answers lines of input, none of them blank: a record per line that becomes a line of JSON. */
    List<?> predict(List<String> lines);

    /** As {@link #predict}, for lines that may be blank. */
    default List<Object> predictAll(List<String> lines) {
        Iterator<?> answers =
                predict(lines.stream().filter(line -> !line.isBlank()).toList()).iterator();
        List<Object> all = new ArrayList<>();
        for (String line : lines) {
            all.add(line.isBlank() ? Failure.BLANK : answers.next());
        }
        return all;
    }

    /** What the bundle was trained for. */
    Task task();

    /** The models at work. */
    List<Model> models();

    @Override
    void close();
}
