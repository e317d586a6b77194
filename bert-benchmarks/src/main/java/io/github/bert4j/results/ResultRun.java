package io.github.bert4j.results;

import java.util.Map;

/**
 * One run of an experiment.
 *
 * @param experiment such as {@code few-shot}
 * @param configuration what was trained, and how
 * @param seed of the draw and of the training
 * @param figures by name: fractions, MiB, seconds
 * @param seconds that it took
 * @param processor on which
 * @param date in UTC
 */
record ResultRun(
        String experiment,
        String configuration,
        long seed,
        Map<String, Double> figures,
        double seconds,
        String processor,
        String date) {}
