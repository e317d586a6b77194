package io.github.bert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Equal but for numbers, which may differ in their last digits: other texts in a batch change the order of sums. */
final class NearlySame {
    static final double TOLERANCE = 1e-5;

    private NearlySame() {}

    static void check(JsonNode expected, JsonNode actual, String what) {
        if (expected.isFloatingPointNumber()) {
            assertEquals(expected.doubleValue(), actual.doubleValue(), TOLERANCE, what);
        } else if (expected.isContainerNode()) {
            assertEquals(names(expected), names(actual), what);
            assertEquals(expected.size(), actual.size(), what);
            var others = actual.elements();
            expected.elements().forEachRemaining(element -> check(element, others.next(), what));
        } else {
            assertEquals(expected, actual, what);
        }
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
