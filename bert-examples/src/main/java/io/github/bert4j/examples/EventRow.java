package io.github.bert4j.examples;

import io.github.bert4j.event.LabelledEvent;
import java.util.List;

/** A row of an event file. */
record EventRow(String id, LabelledEvent labelled) {

    static List<LabelledEvent> labelled(List<EventRow> rows) {
        return rows.stream().map(EventRow::labelled).toList();
    }
}
