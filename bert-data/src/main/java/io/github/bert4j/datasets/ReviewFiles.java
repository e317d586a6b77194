package io.github.bert4j.datasets;

import io.github.bert4j.sentiment.LabelledReview;
import io.github.bert4j.sentiment.SentimentTask;
import io.github.bert4j.task.TaskOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Labelled reviews from files: lines of {@code label<TAB>text}, or the pair {@code neg.xls} and {@code pos.xls}.
 *
 * <p>Blank and malformed rows are left out, counted and reported.
 */
public final class ReviewFiles implements DatasetReader<LabelledReview> {
    private static final LineFormat<LabelledReview> LINES =
            new LineFormat<>("reviews", "a label (0 or 1), a TAB and a text", ReviewFiles::review);

    @Override
    public String task() {
        return "sentiment";
    }

    @Override
    public List<LabelledReview> read(List<Path> files, TaskOptions chosen, Consumer<String> warnings)
            throws IOException {
        return read(files, warnings);
    }

    /**
     * Reads files in the order given.
     *
     * @param files TSV files, {@code neg.xls} and {@code pos.xls}, or directories that hold these two
     * @param warnings told how many rows are left out
     * @throws IOException if a file cannot be read or holds no reviews
     */
    public static List<LabelledReview> read(List<Path> files, Consumer<String> warnings) throws IOException {
        List<LabelledReview> reviews = new ArrayList<>();
        for (Path file : files) {
            if (Files.isDirectory(file)) {
                reviews.addAll(workbook(file.resolve(ReviewWorkbook.NEGATIVE), warnings));
                reviews.addAll(workbook(file.resolve(ReviewWorkbook.POSITIVE), warnings));
            } else if (file.getFileName().toString().endsWith(ReviewWorkbook.SUFFIX)) {
                reviews.addAll(workbook(file, warnings));
            } else if (Rows.are(file)) {
                reviews.addAll(new FieldsFiles<>(new SentimentTask()).read(List.of(file), TaskOptions.NONE, warnings));
            } else {
                reviews.addAll(LINES.read(List.of(file), warnings));
            }
        }
        return List.copyOf(reviews);
    }

    /** Reads lines of {@code label<TAB>text}. */
    public static List<LabelledReview> read(Lines lines, Consumer<String> warnings) throws IOException {
        return LINES.read(lines, warnings);
    }

    private static List<LabelledReview> workbook(Path file, Consumer<String> warnings) throws IOException {
        ReviewWorkbook workbook = ReviewWorkbook.read(file);
        if (workbook.blank() > 0) {
            warnings.accept("%s: left out %d blank rows".formatted(file, workbook.blank()));
        }
        return workbook.reviews();
    }

    private static Optional<LabelledReview> review(String line) {
        int tab = line.indexOf('\t');
        if (tab != 1 || line.substring(tab).isBlank()) {
            return Optional.empty();
        }
        return switch (line.charAt(0)) {
            case '0' -> Optional.of(new LabelledReview(0, line.substring(tab + 1)));
            case '1' -> Optional.of(new LabelledReview(1, line.substring(tab + 1)));
            default -> Optional.empty();
        };
    }
}
