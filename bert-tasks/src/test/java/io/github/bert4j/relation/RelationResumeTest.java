package io.github.bert4j.relation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.bert4j.TestData;
import io.github.bert4j.models.History;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.Checkpoints;
import io.github.bert4j.train.SuspendedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RelationResumeTest {
    private static final TrainingOptions OPTIONS =
            RelationExtractor.DEFAULTS.withLearningRate(5e-3).withBatchSize(8);

    @TempDir
    private Path folder;

    private Path checkpoint;
    private List<LabelledRelations> train;

    /** Which subject a text is asked about is drawn anew in every epoch. */
    @Test
    void drawsTheSameSubjectsAfterAnInterruption() throws IOException {
        train = TestData.relations("train.jsonl");
        List<String> texts =
                new ArrayList<>(train.stream().map(LabelledRelations::text).toList());
        checkpoint = TestData.smallBert(folder, 64, 64, texts);
        Map<String, float[]> expected = new LinkedHashMap<>();
        History whole = fit(expected);
        for (int epoch = 1; epoch <= 3; epoch++) {
            int last = epoch;
            Checkpoints checkpoints = Checkpoints.in(folder.resolve("states"));
            assertThrows(
                    SuspendedException.class,
                    () -> fit(new LinkedHashMap<>(), checkpoints, Callback.onStepEnd(step -> {
                        if (step.epoch() == last && step.step() == 2) {
                            checkpoints.suspend();
                        }
                    })));
        }
        Map<String, float[]> found = new LinkedHashMap<>();
        assertEquals(whole, fit(found, Checkpoints.in(folder.resolve("states"))));
        assertEquals(expected.keySet(), found.keySet());
        expected.forEach((name, values) -> assertArrayEquals(values, found.get(name), name));
    }

    private History fit(Map<String, float[]> weights, Callback... callbacks) throws IOException {
        List<String> predicates = List.of("丈夫", "作者", "出生地", "妻子", "导演", "成立日期");
        try (RelationExtractor extractor = RelationExtractor.fromCheckpoint(checkpoint, predicates, OPTIONS)) {
            History history = extractor.fit(train, 3, callbacks);
            extractor.model().weights().forEach(weight -> weights.put(weight.name(), weight.values()));
            return history;
        }
    }
}
