package io.github.bert4j.entity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EntityAnswersTest {
    private static final String TEXT = "北京大学在𠮷林";

    @Test
    void keepsTheMostProbableOfOverlappingEntities() {
        Entity city = entity(0, 2, "LOC");
        Entity school = entity(0, 4, "ORG");
        Entity part = entity(2, 4, "ORG");
        assertEquals(Set.of(school), Set.copyOf(Entity.mostProbable(Map.of(city, 0.7, school, 0.9, part, 0.8))));
        assertEquals(Set.of(city, part), Set.copyOf(Entity.mostProbable(Map.of(city, 0.9, school, 0.8, part, 0.7))));
    }

    @Test
    void learnsFromTheDataWhetherEntitiesOverlap() {
        EntityTask.Head head =
                EntityTask.Head.of(List.of("LOC", "ORG"), EntityHead.GLOBAL_POINTER, 10, EntityTask.Spacing.NONE);
        assertFalse(head.flat(), "nothing is known");
        LabelledText flat = new LabelledText(TEXT, List.of(entity(0, 2, "LOC"), entity(2, 4, "ORG")));
        LabelledText nested = new LabelledText(TEXT, List.of(entity(0, 2, "LOC"), entity(0, 4, "ORG")));
        assertTrue(head.learn(List.of(flat)).flat());
        assertFalse(head.learn(List.of(flat, nested)).flat());
    }

    /** Places count characters, of which one beyond U+FFFF is one, and ends are inclusive. */
    @Test
    void writesWhatCluenerReads(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("predictions.json");
        EntityEvaluation.of(
                        List.of(new LabelledText(TEXT, List.of())),
                        List.of(List.of(entity(0, 4, "ORG"), entity(5, 8, "LOC"))))
                .savePredictions(file);
        assertEquals(
                "{\"id\":0,\"text\":\"北京大学在𠮷林\",\"label\":{\"ORG\":{\"北京大学\":[[0,3]]},\"LOC\":{\"𠮷林\":[[5,6]]}}}\n",
                Files.readString(file));
    }

    private static Entity entity(int start, int end, String label) {
        return Entity.in(TEXT, start, end, label).orElseThrow();
    }
}
