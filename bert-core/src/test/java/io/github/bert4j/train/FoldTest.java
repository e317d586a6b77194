package io.github.bert4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FoldTest {
    private static final List<Integer> ROWS = IntStream.range(0, 23).boxed().toList();

    @Test
    void everyRowIsValidatedOnceAndTrainedOnOtherwise() {
        List<Fold<Integer>> folds = Fold.of(ROWS, 5, 42);
        assertEquals(
                ROWS,
                folds.stream()
                        .flatMap(fold -> fold.validation().stream())
                        .sorted()
                        .toList());
        for (Fold<Integer> fold : folds) {
            assertEquals(
                    ROWS,
                    Stream.concat(fold.train().stream(), fold.validation().stream())
                            .sorted()
                            .toList());
            assertEquals(fold.train().stream().sorted().toList(), fold.train());
        }
        assertEquals(List.of(1, 2, 3, 4, 5), folds.stream().map(Fold::number).toList());
        assertEquals(
                List.of(4, 4, 5, 5, 5),
                folds.stream().map(fold -> fold.validation().size()).sorted().toList());
    }

    @Test
    void theSeedDecides() {
        assertEquals(Fold.of(ROWS, 5, 42), Fold.of(ROWS, 5, 42));
        assertNotEquals(Fold.of(ROWS, 5, 42), Fold.of(ROWS, 5, 43));
        assertNotEquals(List.of(0, 5, 10, 15, 20), Fold.of(ROWS, 5, 42).get(0).validation(), "rows are shuffled");
    }

    @Test
    void stratifiedFoldsHaveAsMuchOfEachClass() {
        // 7 of class 1 among 23, of which the first ones all are.
        for (Fold<Integer> fold : Fold.stratified(ROWS, 3, 42, row -> row < 7)) {
            long few = fold.validation().stream().filter(row -> row < 7).count();
            long many = fold.validation().size() - few;
            assertTrue(few >= 2 && few <= 3, few + " of 7 in 3 folds");
            assertTrue(many >= 5 && many <= 6, many + " of 16 in 3 folds");
            assertTrue(fold.validation().size() >= 7 && fold.validation().size() <= 8);
        }
    }

    @Test
    void refusesFoldsThatCannotBe() {
        assertThrows(IllegalArgumentException.class, () -> Fold.of(ROWS, 1, 42));
        assertThrows(IllegalArgumentException.class, () -> Fold.of(ROWS, 24, 42));
    }
}
