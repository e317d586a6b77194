package io.github.bert4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunsTest {

    @Test
    void meansAndSampleStandardDeviationsAreByMetric() {
        Runs runs = new Runs(List.of(
                Map.of("f1", 2.0, "loss", 1.0),
                Map.of("f1", 4.0, "loss", 1.0),
                Map.of("f1", 4.0, "loss", 1.0),
                Map.of("f1", 6.0, "loss", 1.0)));
        assertEquals(4, runs.mean("f1"));
        // (4 + 0 + 0 + 4) / 3
        assertEquals(Math.sqrt(8.0 / 3), runs.standardDeviation("f1"), 1e-12);
        assertEquals(0, runs.standardDeviation("loss"));
        assertTrue(runs.toString().lines().toList().contains("f1 4.0000 ± 1.6330 over 4 runs"), runs.toString());
    }

    @Test
    void aSingleRunHasNoDeviation() {
        assertEquals(Double.NaN, new Runs(List.of(Map.of("f1", 0.5))).standardDeviation("f1"));
    }

    @Test
    void repeatsWithOneSeedAfterTheOther() {
        List<Long> seeds = new ArrayList<>();
        Runs runs = Runs.repeat(3, 42, seed -> {
            seeds.add(seed);
            return Map.of("f1", (double) seed);
        });
        assertEquals(List.of(42L, 43L, 44L), seeds);
        assertEquals(43, runs.mean("f1"));
    }

    @Test
    void crossValidatesEveryFold() {
        List<Fold<String>> folds = Fold.of(List.of("a", "b", "c", "d"), 4, 1);
        List<String> validated = new ArrayList<>();
        Runs runs = Runs.crossValidate(folds, fold -> {
            validated.addAll(fold.validation());
            return Map.of("rows", (double) fold.train().size());
        });
        assertEquals(List.of("a", "b", "c", "d"), validated.stream().sorted().toList());
        assertEquals(3, runs.mean("rows"));
        assertEquals(4, runs.metrics().size());
    }

    @Test
    void handsOnWhatGoesWrong() {
        assertThrows(
                IOException.class,
                () -> Runs.repeat(2, 1, seed -> {
                    throw new IOException("no checkpoint");
                }));
    }

    @Test
    void refusesRunsThatCannotBeCompared() {
        assertThrows(IllegalArgumentException.class, () -> new Runs(List.of()));
        assertThrows(IllegalArgumentException.class, () -> new Runs(List.of(Map.of("f1", 1.0), Map.of("loss", 1.0))));
        Runs runs = new Runs(List.of(Map.of("f1", 1.0)));
        String message = assertThrows(IllegalArgumentException.class, () -> runs.mean("accuracy"))
                .getMessage();
        assertTrue(message.contains("\"accuracy\" was measured: expected one of [f1]"), message);
    }
}
