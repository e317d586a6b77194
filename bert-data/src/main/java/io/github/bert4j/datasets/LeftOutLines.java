package io.github.bert4j.datasets;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Lines of a file that cannot be used: counted, and the first ones named. */
final class LeftOutLines {
    private static final int REPORTED_ONE_BY_ONE = 3;

    private final List<Long> numbers = new ArrayList<>();

    /** Leaves out the line of this number, from 1. */
    void add(long number) {
        numbers.add(number);
    }

    /**
     * Reports all at once, if there are any.
     *
     * @param what what the lines are not
     */
    void report(String file, String what, Consumer<String> warnings) {
        if (!numbers.isEmpty()) {
            warnings.accept("%s: left out %d lines that are not %s: line %s%s"
                    .formatted(
                            file,
                            numbers.size(),
                            what,
                            numbers.stream()
                                    .limit(REPORTED_ONE_BY_ONE)
                                    .map(String::valueOf)
                                    .collect(Collectors.joining(", ")),
                            numbers.size() > REPORTED_ONE_BY_ONE ? " …" : ""));
        }
    }
}
