package io.github.bert4j.audit;

import java.util.SortedMap;

/**
 * How the rows of one label look.
 *
 * @param rows that have it
 * @param issues of these, those whose label is probably wrong
 * @param expected what is expected instead, and how often
 */
public record LabelCount(String label, int rows, int issues, SortedMap<String, Integer> expected) {}
