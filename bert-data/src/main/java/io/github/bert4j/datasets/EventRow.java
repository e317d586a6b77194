package io.github.bert4j.datasets;

import io.github.bert4j.event.LabelledEvent;
import java.util.List;

/** A row of an event file. */
public record EventRow(String id, LabelledEvent labelled) {

    public static List<LabelledEvent> labelled(List<EventRow> rows) {
        return rows.stream().map(EventRow::labelled).toList();
    }
}
