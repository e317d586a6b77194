package io.github.bert4j.task;

import java.util.OptionalDouble;

/** What tasks say whose answer is a number, so that tables can have it in columns of their own. */
public interface NumericAnswer {

    /** The number, such as the label 0 or 1. */
    double prediction();

    /** How probable that is; empty where the task does not tell. */
    default OptionalDouble confidence() {
        return OptionalDouble.empty();
    }
}
