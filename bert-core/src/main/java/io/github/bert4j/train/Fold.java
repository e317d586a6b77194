package io.github.bert4j.train;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * One of several ways to cut rows into those to train on and those to validate on.
 *
 * @param number from 1
 * @param train all other rows, in their order
 * @param validation each row is in that of one fold
 */
public record Fold<R>(int number, List<R> train, List<R> validation) {

    /**
     * Folds of rows drawn at random; their sizes differ by 1 at most. The same seed gives the same folds.
     *
     * @throws IllegalArgumentException if there are fewer than 2 folds, or fewer rows than folds
     */
    public static <R> List<Fold<R>> of(List<R> rows, int folds, long seed) {
        return stratified(rows, folds, seed, row -> 0);
    }

    /**
     * As {@link #of}, with the rows of each class spread evenly too: what the folds have of a class differs by 1 at most.
     *
     * @param classOf the class of a row, such as its label
     * @throws IllegalArgumentException if there are fewer than 2 folds, or fewer rows than folds
     */
    public static <R> List<Fold<R>> stratified(List<R> rows, int folds, long seed, Function<? super R, ?> classOf) {
        if (folds < 2 || rows.size() < folds) {
            throw new IllegalArgumentException(
                    "%d rows in %d folds: expected at least 2 folds, and a row for each".formatted(rows.size(), folds));
        }
        int[] foldOf = new int[rows.size()];
        int dealt = 0;
        for (List<Integer> sameClass : shuffledClasses(rows, seed, classOf)) {
            for (int row : sameClass) {
                foldOf[row] = dealt++ % folds;
            }
        }
        return IntStream.range(0, folds)
                .mapToObj(fold -> new Fold<>(
                        fold + 1, where(rows, row -> foldOf[row] != fold), where(rows, row -> foldOf[row] == fold)))
                .toList();
    }

    private static <R> Iterable<List<Integer>> shuffledClasses(
            List<R> rows, long seed, Function<? super R, ?> classOf) {
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, rows.size()).boxed().toList());
        Collections.shuffle(order, new Random(seed));
        Map<Object, List<Integer>> classes = new LinkedHashMap<>();
        for (int row : order) {
            classes.computeIfAbsent(classOf.apply(rows.get(row)), same -> new ArrayList<>())
                    .add(row);
        }
        return classes.values();
    }

    private static <R> List<R> where(List<R> rows, IntPredicate wanted) {
        return IntStream.range(0, rows.size())
                .filter(wanted)
                .mapToObj(rows::get)
                .toList();
    }
}
