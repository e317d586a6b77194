package io.github.bert4j;

import de.siegmar.fastcsv.reader.CsvReader;
import io.github.bert4j.event.LabelledEvent;
import io.github.bert4j.sentiment.Review;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The small data that comes with the project. */
public final class TestData {
    private static final String ROOT = "/io/github/bert4j/testdata/";

    private TestData() {}

    /** Copies the tiny random checkpoint into a directory. */
    public static Path tinyBert(Path directory) throws IOException {
        Path target = Files.createDirectories(directory.resolve("tiny-bert"));
        for (String name : List.of(
                "bert_config.json", "vocab.txt", "bert_model.ckpt.index", "bert_model.ckpt.data-00000-of-00001")) {
            try (InputStream in = open("tiny-bert/" + name)) {
                Files.copy(in, target.resolve(name));
            }
        }
        return target;
    }

    /** Reviews of {@code sentiment/train.tsv} or {@code sentiment/valid.tsv}. */
    public static List<Review> reviews(String name) throws IOException {
        try (InputStream in = open("sentiment/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> new Review(line.charAt(0) - '0', line.substring(2)))
                    .toList();
        }
    }

    /** Events of {@code event/train.csv} or {@code event/valid.csv}. */
    public static List<LabelledEvent> events(String name) throws IOException {
        try (InputStream in = open("event/" + name);
                var csv = CsvReader.builder().ofCsvRecord(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return csv.stream()
                    .map(row -> LabelledEvent.of(row.getField(1), row.getField(2), row.getField(3)))
                    .toList();
        }
    }

    private static InputStream open(String name) {
        return TestData.class.getResourceAsStream(ROOT + name);
    }
}
