package io.github.bert4j.datasets;

import io.github.bert4j.task.TaskOptions;
import io.github.bert4j.task.TaskType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Says of files what was read: how many samples, how many of every label, and what of that is odd, as where columns are
 * swapped.
 */
public final class DataReport {
    private static final int SHOWN = 12;
    /** In fewer samples, labels that are seen once say little. */
    private static final int FEW = 8;

    private DataReport() {}

    /**
     * Reads files one by one, in the order given.
     *
     * @param log told what was read, what is left out, and what is odd
     * @throws IOException if a file cannot be read, or holds nothing
     */
    public static <S> List<S> read(TaskType<S, ?, ?> type, List<Path> files, TaskOptions chosen, Consumer<String> log)
            throws IOException {
        DatasetReader<S> reader = DatasetReader.of(type);
        List<S> all = new ArrayList<>();
        for (Path file : files) {
            List<S> samples = reader.read(List.of(file), chosen, log);
            report(file, type, samples, log);
            all.addAll(samples);
        }
        return all;
    }

    private static <S> void report(Path file, TaskType<S, ?, ?> type, List<S> samples, Consumer<String> log) {
        Map<String, Long> counts = samples.stream()
                .flatMap(sample -> type.labels(sample).stream())
                .collect(Collectors.groupingBy(label -> label, TreeMap::new, Collectors.counting()));
        String labels = counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
                .limit(SHOWN)
                .map(label -> LeftOutLines.shown(label.getKey()) + " " + label.getValue())
                .collect(Collectors.joining(", "));
        log.accept("%s: %d samples%s%s%s"
                .formatted(
                        file,
                        samples.size(),
                        counts.isEmpty() ? "" : "; ",
                        labels,
                        counts.size() > SHOWN ? " and %d other labels".formatted(counts.size() - SHOWN) : ""));
        if (samples.size() < FEW) {
            return;
        }
        if (counts.size() * 2L > samples.size()) {
            log.accept("%s: %d labels for %d samples: are the columns swapped?"
                    .formatted(file, counts.size(), samples.size()));
            return;
        }
        List<String> once = counts.entrySet().stream()
                .filter(label -> label.getValue() == 1)
                .map(label -> LeftOutLines.shown(label.getKey()))
                .toList();
        if (!once.isEmpty()) {
            log.accept("%s: seen once, of which little is learned: %s%s"
                    .formatted(
                            file,
                            String.join(", ", once.subList(0, Math.min(SHOWN, once.size()))),
                            once.size() > SHOWN ? " …" : ""));
        }
    }
}
