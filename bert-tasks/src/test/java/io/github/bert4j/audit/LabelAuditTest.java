package io.github.bert4j.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.TestData;
import io.github.bert4j.classification.ClassificationTask;
import io.github.bert4j.classification.LabelledInput;
import io.github.bert4j.classification.Labelling;
import io.github.bert4j.classification.TextClassifier;
import io.github.bert4j.classification.TextInput;
import io.github.bert4j.similarity.LabelledPair;
import io.github.bert4j.similarity.SimilarityTask;
import io.github.bert4j.task.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelAuditTest {
    @TempDir
    Path folder;

    /** Averages: a is given with (0.9 + 0.8 + 0.3) / 3 = 0.667, b with (0.6 + 0.45) / 2 = 0.525. */
    @Test
    void anIssueIsALabelThatIsLessProbableThanOneAsProbableAsUsual() {
        LabelAudit audit = LabelAudit.of(
                List.of("a", "a", "a", "b", "b"),
                List.of(
                        Map.of("a", 0.9, "b", 0.1),
                        Map.of("a", 0.8, "b", 0.2),
                        Map.of("a", 0.3, "b", 0.7),
                        Map.of("a", 0.4, "b", 0.6),
                        Map.of("a", 0.55, "b", 0.45)));
        assertEquals(
                List.of(2, 4, 3, 1, 0),
                audit.suspects().stream().map(Suspect::row).toList());
        assertEquals(List.of(2), audit.issues().stream().map(Suspect::row).toList());
        Suspect first = audit.suspects().get(0);
        assertEquals("b", first.expected());
        assertEquals(-0.4, first.margin(), 1e-12);
        assertFalse(audit.suspects().get(1).isIssue()); // 0.55 is less than is usual for a
        assertEquals(
                List.of(
                        new LabelCount("a", 3, 1, new TreeMap<>(Map.of("b", 1))),
                        new LabelCount("b", 2, 0, new TreeMap<>())),
                audit.counts());
    }

    @Test
    void findsLabelsThatWereChanged() throws IOException {
        List<LabelledInput> rows = new ArrayList<>(TestData.classified("train.tsv"));
        List<String> labels = TextClassifier.labels(rows);
        Set<Integer> changed = new HashSet<>();
        for (int row = 7; row < rows.size(); row += 20) {
            LabelledInput own = rows.get(row);
            String other = labels.get((labels.indexOf(own.labels().iterator().next()) + 1) % labels.size());
            rows.set(row, new LabelledInput(Set.of(other), own.input()));
            changed.add(row);
        }
        Path checkpoint = TestData.smallBert(
                folder, 32, 64, rows.stream().map(row -> row.input().text()).toList());
        TrainingOptions options =
                TextClassifier.DEFAULTS.withLearningRate(3e-3).withMaxLength(40).withBatchSize(16);
        LabelAudit audit = LabelAudit.crossValidate(new ClassificationTask(), rows, 3, 42, train -> {
            var model = TextClassifier.fromCheckpoint(checkpoint, labels, Labelling.MULTI_CLASS, options);
            model.fit(train, 5);
            return model;
        });
        assertEquals(rows.size(), audit.suspects().size());
        long found = audit.suspects().subList(0, changed.size()).stream()
                .filter(suspect -> changed.contains(suspect.row()))
                .count();
        assertTrue(found >= 0.8 * changed.size(), found + " of " + changed.size());
    }

    @Test
    void refusesWhatIsNoSingleLabel() {
        assertThrows(IllegalArgumentException.class, () -> LabelAudit.of(List.of("a"), List.of()));
        assertThrows(IllegalArgumentException.class, () -> LabelAudit.of(List.of("a"), List.of(Map.of("a", 1.0))));
        var two = List.of(
                new LabelledInput(Set.of("a", "b"), TextInput.of("x")), new LabelledInput(Set.of(), TextInput.of("y")));
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> LabelAudit.crossValidate(new ClassificationTask(), two, 2, 1, train -> null))
                .getMessage();
        assertTrue(message.contains("expected one label of each row"), message);
        assertThrows(
                IllegalArgumentException.class,
                () -> LabelAudit.crossValidate(
                        new SimilarityTask(), List.of(new LabelledPair(1, "a", "b")), 2, 1, train -> null));
    }
}
