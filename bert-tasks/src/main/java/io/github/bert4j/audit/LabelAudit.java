package io.github.bert4j.audit;

import io.github.bert4j.task.Question;
import io.github.bert4j.task.TaskModel;
import io.github.bert4j.task.TaskType;
import io.github.bert4j.task.TextLabeller;
import io.github.bert4j.train.Fold;
import io.github.bert4j.train.Runs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * All rows of a data set, those whose labels are most probably wrong first: by how much more probable another label is, as models
 * see it that did not learn from the row.
 *
 * <p>Source: Northcutt et al., "Confident Learning: Estimating Uncertainty in Dataset Labels", 3.1 for what counts as an issue,
 * and 4 for the order (normalized margin).
 *
 * @param suspects by margin, ascending
 * @param counts by label
 */
public record LabelAudit(List<Suspect> suspects, List<LabelCount> counts) {

    public LabelAudit {
        suspects = List.copyOf(suspects);
        counts = List.copyOf(counts);
    }

    /**
     * Trains a model on the rows of a fold.
     *
     * @param <S> a labelled record
     */
    @FunctionalInterface
    public interface Training<S> {
        /** A new model, which is closed once it has been asked about the other rows. */
        TaskModel<S, ?, ?> train(List<S> rows) throws IOException;
    }

    /**
     * Trains as many models as there are folds, each without one part of the rows, and asks it about that part.
     *
     * @param type of whose records each has one label
     * @param seed of the folds
     * @throws IllegalArgumentException if the task does not label whole texts, or a row has not just one label
     */
    public static <S> LabelAudit crossValidate(
            TaskType<S, ?, ?> type, List<S> rows, int folds, long seed, Training<S> training) throws IOException {
        List<String> labels = rows.stream().map(row -> label(type, row)).toList();
        List<Integer> numbers = IntStream.range(0, rows.size()).boxed().toList();
        Map<Integer, Map<String, Double>> said = new HashMap<>();
        Runs.crossValidate(Fold.stratified(numbers, folds, seed, labels::get), fold -> {
            try (TaskModel<S, ?, ?> model =
                    training.train(fold.train().stream().map(rows::get).toList())) {
                TextLabeller<S> labeller = TextLabeller.of(model);
                List<Question> questions = fold.validation().stream()
                        .map(number -> labeller.question(rows.get(number)))
                        .toList();
                List<Map<String, Double>> probabilities = labeller.probabilities(questions);
                for (int i = 0; i < questions.size(); i++) {
                    said.put(fold.validation().get(i), probabilities.get(i));
                }
            }
            return Map.of();
        });
        return of(labels, numbers.stream().map(said::get).toList());
    }

    private static <S> String label(TaskType<S, ?, ?> type, S row) {
        List<String> labels = type.labels(row);
        if (labels.size() != 1) {
            throw new IllegalArgumentException(
                    "Labels %s of %s: expected one label of each row".formatted(labels, row));
        }
        return labels.get(0);
    }

    /**
     * Compares labels with probabilities of models that did not learn from them.
     *
     * @param labels of the rows
     * @param probabilities of all labels, by row; a label that is not among them has none
     * @throws IllegalArgumentException if there are more of the one than of the other, or fewer than two labels to tell apart
     */
    public static LabelAudit of(List<String> labels, List<Map<String, Double>> probabilities) {
        if (labels.size() != probabilities.size() || probabilities.stream().anyMatch(each -> each.size() < 2)) {
            throw new IllegalArgumentException(
                    "%d labels and the probabilities of %d rows: expected as many, and two labels or more to tell apart"
                            .formatted(labels.size(), probabilities.size()));
        }
        Map<String, Double> thresholds = thresholds(labels, probabilities);
        List<Suspect> suspects = new ArrayList<>();
        for (int row = 0; row < labels.size(); row++) {
            suspects.add(suspect(row, labels.get(row), probabilities.get(row), thresholds));
        }
        suspects.sort(Comparator.comparingDouble(Suspect::margin));
        return new LabelAudit(suspects, counts(suspects));
    }

    /** How probable each label is on average where it is given. */
    private static Map<String, Double> thresholds(List<String> labels, List<Map<String, Double>> probabilities) {
        Map<String, Double> sums = new TreeMap<>();
        Map<String, Integer> rows = new TreeMap<>();
        for (int row = 0; row < labels.size(); row++) {
            sums.merge(labels.get(row), probability(labels.get(row), probabilities.get(row)), Double::sum);
            rows.merge(labels.get(row), 1, Integer::sum);
        }
        sums.replaceAll((label, sum) -> sum / rows.get(label));
        return sums;
    }

    private static Suspect suspect(
            int row, String label, Map<String, Double> probabilities, Map<String, Double> thresholds) {
        String expected = probabilities.keySet().stream()
                .filter(other -> !other.equals(label))
                .max(Comparator.comparingDouble(probabilities::get))
                .orElseThrow();
        double own = probability(label, probabilities);
        double other = probabilities.get(expected);
        boolean isIssue = other > own && other >= thresholds.getOrDefault(expected, Double.POSITIVE_INFINITY);
        return new Suspect(row, label, expected, own, other, isIssue);
    }

    private static double probability(String label, Map<String, Double> probabilities) {
        return probabilities.getOrDefault(label, 0.0);
    }

    private static List<LabelCount> counts(List<Suspect> suspects) {
        Map<String, List<Suspect>> byLabel = new TreeMap<>();
        suspects.forEach(each ->
                byLabel.computeIfAbsent(each.label(), same -> new ArrayList<>()).add(each));
        return byLabel.entrySet().stream()
                .map(entry -> {
                    var expected = new TreeMap<String, Integer>();
                    entry.getValue().stream()
                            .filter(Suspect::isIssue)
                            .forEach(each -> expected.merge(each.expected(), 1, Integer::sum));
                    int issues =
                            expected.values().stream().mapToInt(count -> count).sum();
                    return new LabelCount(entry.getKey(), entry.getValue().size(), issues, expected);
                })
                .toList();
    }

    /** The rows whose labels are probably wrong, the most suspicious first. */
    public List<Suspect> issues() {
        return suspects.stream().filter(Suspect::isIssue).toList();
    }
}
