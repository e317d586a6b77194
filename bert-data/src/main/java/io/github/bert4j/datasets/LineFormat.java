package io.github.bert4j.datasets;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Rows of training data, one per line of a file; blank and malformed lines are left out, counted and reported.
 *
 * @param rows what the rows are called, such as {@code reviews}
 * @param line what a line is, such as {@code a label, a TAB and a text}
 * @param parse a line that is not blank; empty if it is malformed
 */
public record LineFormat<R>(String rows, String line, Function<String, Optional<R>> parse) {

    /**
     * Reads files in the order given.
     *
     * @param warnings told how many lines are left out
     * @throws IOException if a file cannot be read or holds no rows
     */
    public List<R> read(List<Path> files, Consumer<String> warnings) throws IOException {
        List<R> all = new ArrayList<>();
        for (Path file : files) {
            try (Lines lines = Lines.of(file)) {
                all.addAll(read(lines, warnings));
            }
        }
        return List.copyOf(all);
    }

    /** As {@link #read(List, Consumer)}, from one text. */
    public List<R> read(Lines lines, Consumer<String> warnings) throws IOException {
        List<R> found = new ArrayList<>();
        int blank = 0;
        LeftOutLines malformed = new LeftOutLines();
        for (Optional<String> next = lines.next(); next.isPresent(); next = lines.next()) {
            String text = next.get();
            if (text.isBlank()) {
                blank++;
            } else {
                parse.apply(text)
                        .ifPresentOrElse(found::add, () -> malformed.add(lines.number(), LeftOutLines.beginning(text)));
            }
        }
        if (found.isEmpty()) {
            throw new IOException(
                    "%s holds no %s: %d lines, none of them %s".formatted(lines.name(), rows, lines.number(), line));
        }
        if (blank > 0) {
            warnings.accept("%s: left out %d blank lines".formatted(lines.name(), blank));
        }
        malformed.report(lines.name(), line, found.size(), warnings);
        return List.copyOf(found);
    }
}
