package io.github.bert4j.train;

import java.util.Map;

/** Measures a model after every epoch of its training, in whatever way its task is judged. */
@FunctionalInterface
public interface Validation {
    /** What was measured, by name. */
    Map<String, Double> measure();
}
