package io.github.bert4j.cli;

import io.github.bert4j.datasets.Lines;
import io.github.bert4j.datasets.ReviewFiles;
import io.github.bert4j.sentiment.LabelledReview;
import io.github.bert4j.testdata.SampleData;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** The reviews that come along: short, made up for this project, half of them positive. */
final class SampleReviews {
    private SampleReviews() {}

    /** 1,440 reviews to learn from. */
    static List<LabelledReview> train() throws IOException {
        return read("train.tsv");
    }

    /** 240 others to measure on. */
    static List<LabelledReview> validation() throws IOException {
        return read("valid.tsv");
    }

    private static List<LabelledReview> read(String name) throws IOException {
        try (InputStream in = SampleData.open("sentiment/" + name);
                Lines lines = new Lines(name, in)) {
            return ReviewFiles.read(lines, warning -> {
                throw new IllegalStateException(warning);
            });
        }
    }
}
