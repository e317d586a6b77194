package io.github.bert4j.spark;

import io.github.bert4j.task.FailureMessage;
import org.apache.spark.SparkThrowable;

/** What a user is told about an exception that Spark may have wrapped: what happened, not where it was passed on. */
final class SparkMessages {
    /** What Spark appends to texts: stacks, of tasks and of its own. */
    private static final String STACK = "\\R(\\s*at |Driver stacktrace:)";

    private SparkMessages() {}

    static String of(Throwable failure) {
        Throwable first = failure;
        while (first instanceof SparkThrowable spark && spark.getErrorClass() == null && first.getCause() != null) {
            first = first.getCause();
        }
        return first instanceof SparkThrowable ? withoutStack(first.getMessage()) : FailureMessage.of(first);
    }

    private static String withoutStack(String text) {
        return text.split(STACK, 2)[0].strip().replaceAll("\\R+", " ");
    }
}
