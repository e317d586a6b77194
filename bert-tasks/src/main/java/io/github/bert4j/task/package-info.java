/**
 * What all tasks have in common: what is asked and answered, how models are trained, and what a task says of itself.
 *
 * <p>Users of a task start with {@link io.github.bert4j.task.TrainingOptions}, and code that knows no task with {@link
 * io.github.bert4j.task.TrainedTask}:
 *
 * <pre>{@code
 * try (var task = TrainedTask.load(Path.of("sentiment"))) {
 *     task.answer(List.of(Question.of("房间干净，服务也好。"))).forEach(System.out::println); // JSON
 * }
 * }</pre>
 *
 * <p>For a task of your own read {@link io.github.bert4j.task.TaskType}, and what its model is composed of: {@link
 * io.github.bert4j.task.Backbone}.
 *
 * <p>Traps: the context class loader finds tasks, so a thread without it finds none. And {@code gelu} must be what the
 * checkpoint was trained with, which Google's files do not tell; the model works with the other one, but worse.
 */
package io.github.bert4j.task;
