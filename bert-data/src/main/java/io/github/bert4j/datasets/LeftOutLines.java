package io.github.bert4j.datasets;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Lines of a file that cannot be used: counted, and the first ones named. */
final class LeftOutLines {
    private static final int REPORTED_ONE_BY_ONE = 3;
    private static final int LONGEST_LINE = 60;

    private final List<Long> numbers = new ArrayList<>();
    private String first;

    /**
     * Leaves out a line.
     *
     * @param number from 1
     * @param why its beginning, or what is wrong with it
     */
    void add(long number, String why) {
        if (numbers.isEmpty()) {
            first = why;
        }
        numbers.add(number);
    }

    boolean isEmpty() {
        return numbers.isEmpty();
    }

    /** The beginning of a line, to be shown. */
    static String beginning(String line) {
        return '"' + shown(line) + '"';
    }

    /** The beginning of a text, without what a terminal would obey. */
    static String shown(String line) {
        String shown = line.codePointCount(0, line.length()) <= LONGEST_LINE
                ? line
                : line.substring(0, line.offsetByCodePoints(0, LONGEST_LINE)) + "…";
        return shown.replace("\t", "<TAB>").replaceAll("\\p{Cntrl}", "\uFFFD");
    }

    /**
     * Reports all at once, if there are any.
     *
     * @param what what the lines are not
     * @param read how many lines can be used
     * @throws IOException if those are fewer: this is another kind of file
     */
    void report(String file, String what, int read, Consumer<String> warnings) throws IOException {
        if (numbers.size() > read) {
            throw new IOException("%s: %d of %d lines are not %s; line %d: %s"
                    .formatted(file, numbers.size(), numbers.size() + read, what, numbers.get(0), first));
        }
        if (!numbers.isEmpty()) {
            warnings.accept("%s: left out %d lines that are not %s: line %s%s; line %d: %s"
                    .formatted(
                            file,
                            numbers.size(),
                            what,
                            numbers.stream()
                                    .limit(REPORTED_ONE_BY_ONE)
                                    .map(String::valueOf)
                                    .collect(Collectors.joining(", ")),
                            numbers.size() > REPORTED_ONE_BY_ONE ? " …" : "",
                            numbers.get(0),
                            first));
        }
    }
}
