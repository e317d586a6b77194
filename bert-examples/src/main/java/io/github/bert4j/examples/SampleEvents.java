package io.github.bert4j.examples;

import io.github.bert4j.event.LabelledEvent;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** The events that come along: short, made up for this project, of companies that do not exist. */
final class SampleEvents {
    private static final String TRAIN = "/io/github/bert4j/testdata/event/train.csv";

    private SampleEvents() {}

    /** 155 rows to learn from. */
    static List<LabelledEvent> train() throws IOException {
        try (InputStream in = SampleEvents.class.getResourceAsStream(TRAIN)) {
            return EventRow.labelled(EventFiles.read(TRAIN, in, warning -> {}));
        }
    }
}
