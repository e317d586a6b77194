package io.github.bert4j.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.sentiment.LabelledReview;
import io.github.bert4j.testdata.SampleData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TuningExampleTest {
    private static final List<LabelledReview> REVIEWS = List.of(
            new LabelledReview(1, "很好"),
            new LabelledReview(0, "很差"),
            new LabelledReview(1, "不错"),
            new LabelledReview(0, "不好"));

    @TempDir
    private Path folder;

    @Test
    void runs() throws IOException {
        Path checkpoint = SampleData.tinyBert(folder.resolve("tiny"));
        TuningExample.tune(checkpoint, REVIEWS, REVIEWS, folder);
        assertTrue(Files.readAllLines(folder.resolve("epochs.csv")).size() > 2);
        TuningExample.repeat(checkpoint, REVIEWS, 2, 1);
        TuningExample.resume(checkpoint, REVIEWS, REVIEWS, folder.resolve("states"), folder.resolve("result"));
        assertTrue(Files.exists(folder.resolve("result").resolve("weights.safetensors")));
    }
}
