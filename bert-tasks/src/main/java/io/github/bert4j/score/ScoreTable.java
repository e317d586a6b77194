package io.github.bert4j.score;

import de.siegmar.fastcsv.writer.CsvWriter;
import io.github.bert4j.files.PendingFile;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** Precision, recall and F1 of every label, and of all answers together. */
public final class ScoreTable {
    /** What the sum of all labels is called. */
    public static final String TOTAL = "micro";

    private final Map<String, Score> scores = new TreeMap<>();

    /**
     * A line of the table.
     *
     * @param number from 1
     */
    public record Row(int number, String label, Score score) {}

    /** Counts more answers of a label, such as a predicate. */
    public void add(String label, Score score) {
        scores.merge(label, score, Score::plus);
    }

    /** Counts the answers of one text, each once: those that are gold and those that were predicted. */
    public <T> void add(Set<T> gold, Set<T> predicted, Function<T, String> label) {
        for (T answer : predicted) {
            int right = gold.contains(answer) ? 1 : 0;
            add(label.apply(answer), new Score(right, 1, right));
        }
        gold.stream()
                .filter(answer -> !predicted.contains(answer))
                .forEach(answer -> add(label.apply(answer), new Score(0, 0, 1)));
    }

    /** One row per label, those of the most gold answers first. */
    public List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        scores.entrySet().stream()
                .sorted(Comparator.comparingInt(entry -> -entry.getValue().gold()))
                .forEach(entry -> rows.add(new Row(rows.size() + 1, entry.getKey(), entry.getValue())));
        return rows;
    }

    /** All labels' answers together: its F1 is the micro F1. */
    public Score total() {
        return scores.values().stream().reduce(Score.NONE, Score::plus);
    }

    /**
     * Saves the table as CSV, UTF-8: {@code number,label,support,predicted,correct,precision,recall,f1}, fractions from
     * 0 to 1, support being the number of gold answers. The last line, without a number, is the total, {@code micro}.
     */
    public void saveCsv(Path file) throws IOException {
        StringWriter text = new StringWriter();
        try (CsvWriter csv = CsvWriter.builder().build(text)) {
            csv.writeRecord("number", "label", "support", "predicted", "correct", "precision", "recall", "f1");
            for (Row row : rows()) {
                write(csv, String.valueOf(row.number()), row.label(), row.score());
            }
            write(csv, "", TOTAL, total());
        }
        PendingFile.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** A table of text; the labels come last, as nothing is known about the width of their characters. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("support precision  recall      f1  label\n");
        rows().forEach(row -> append(text, row.label(), row.score()));
        append(text, TOTAL, total());
        return text.toString();
    }

    private static void write(CsvWriter csv, String number, String label, Score score) {
        csv.writeRecord(
                number,
                label,
                String.valueOf(score.gold()),
                String.valueOf(score.predicted()),
                String.valueOf(score.correct()),
                fraction(score.precision()),
                fraction(score.recall()),
                fraction(score.f1()));
    }

    private static void append(StringBuilder text, String label, Score score) {
        text.append(String.format(
                Locale.ROOT,
                "%7d %9s %7s %7s  %s\n",
                score.gold(),
                fraction(score.precision()),
                fraction(score.recall()),
                fraction(score.f1()),
                label));
    }

    private static String fraction(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
