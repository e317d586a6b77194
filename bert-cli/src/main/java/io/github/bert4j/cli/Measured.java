package io.github.bert4j.cli;

import io.github.bert4j.bundle.Task;
import io.github.bert4j.score.Score;

/** What {@code evaluate} prints of a task whose answers are right or wrong. */
record Measured(
        Task task, int samples, double precision, double recall, double f1, int correct, int predicted, int gold) {
    static Measured of(Task task, int samples, Score score) {
        return new Measured(
                task,
                samples,
                score.precision(),
                score.recall(),
                score.f1(),
                score.correct(),
                score.predicted(),
                score.gold());
    }
}
