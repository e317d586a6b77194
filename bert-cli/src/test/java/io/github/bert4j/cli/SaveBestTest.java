package io.github.bert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.bert4j.train.Callback.EpochEnd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SaveBestTest {
    private final List<Integer> saved = new ArrayList<>();
    private int epoch;

    @Test
    void savesOnlyWhatIsBetterThanAllBefore() {
        SaveBest best = new SaveBest("val_accuracy", () -> saved.add(epoch));
        for (double accuracy : new double[] {0.5, 0.7, 0.7, 0.6, 0.8}) {
            best.onEpochEnd(new EpochEnd(++epoch, Map.of("val_accuracy", accuracy), 1e-5, null));
        }
        assertEquals(List.of(1, 2, 5), saved);
        assertEquals(5, best.best().number());
    }

    @Test
    void keepsTheLastEpochWhereNothingIsMeasured() {
        SaveBest best = new SaveBest("val_accuracy", () -> saved.add(epoch));
        for (epoch = 1; epoch <= 3; epoch++) {
            best.onEpochEnd(new EpochEnd(epoch, Map.of("accuracy", 1.0 / epoch), 1e-5, null));
        }
        assertEquals(List.of(1, 2, 3), saved);
        assertEquals(3, best.best().number());
    }

    @Test
    void remembersTheBestEpochOverAnInterruption() {
        SaveBest before = new SaveBest("val_accuracy", () -> saved.add(epoch));
        before.onEpochEnd(new EpochEnd(epoch = 1, Map.of("val_accuracy", 0.7), 1e-5, null));
        SaveBest after = new SaveBest("val_accuracy", () -> saved.add(epoch));
        after.restore(before.state());
        after.onEpochEnd(new EpochEnd(epoch = 2, Map.of("val_accuracy", 0.6), 1e-5, null));
        assertEquals(1, after.best().number());
        after.onEpochEnd(new EpochEnd(epoch = 3, Map.of("val_accuracy", 0.8), 1e-5, null));
        assertEquals(List.of(1, 3), saved);
    }

    @Test
    void neverGoesOnWhenSavingFails() {
        SaveBest best = new SaveBest("val_accuracy", () -> {
            throw new IOException("disk full");
        });
        assertThrows(
                UncheckedIOException.class,
                () -> best.onEpochEnd(new EpochEnd(1, Map.of("val_accuracy", 1.0), 1e-5, null)));
    }
}
