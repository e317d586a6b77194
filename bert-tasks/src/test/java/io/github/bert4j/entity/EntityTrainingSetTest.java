package io.github.bert4j.entity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.entity.EntityTrainingSet.TrainingWindow;
import io.github.bert4j.text.LabelledSpan;
import io.github.bert4j.text.TextWindows;
import io.github.bert4j.text.TokenSpan;
import io.github.bert4j.tokenize.OurTokenizer;
import io.github.bert4j.tokenize.Vocabulary;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EntityTrainingSetTest {
    private static final List<String> LABELS = List.of("PER", "LOC");
    private static final TextWindows WINDOWS = new TextWindows(
            OurTokenizer.uncased(Vocabulary.of(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b"))), 10);

    @Test
    void numbersTokensFromTheFirstCharacter() {
        EntityTrainingSet set = of(text("ab😀ab", entity("ab😀ab", 0, 2, "LOC"), entity("ab😀ab", 2, 5, "PER")));
        assertEquals(List.of(span(1, 2, 1), span(3, 4, 0)), set.windows().get(0).spans());
        assertEquals(5 + 2, set.windows().get(0).ids().length);
        assertEquals(Optional.empty(), set.defects());
    }

    /** Windows of eight characters, each four after the one before. */
    @Test
    void showsEveryWindowItsPartOfAnEntityAndCountsThoseThatNoneShowsWhole() {
        assertShown(0, 2, 6, span(3, 6, 0), span(1, 2, 0));
        assertShown(1, 1, 11, span(2, 8, 0), span(1, 7, 0));
    }

    @Test
    void keepsTheLongerOfOverlappingEntitiesThatStartTogetherAndElseTheFirst() {
        String text = "abababab";
        LabelledText labelled = text(
                text,
                entity(text, 4, 6, "LOC"),
                entity(text, 0, 2, "LOC"),
                entity(text, 0, 3, "PER"),
                entity(text, 2, 4, "LOC"),
                entity(text, 3, 4, "PER"));
        EntityTrainingSet flat = EntityTrainingSet.of(List.of(labelled), WINDOWS::of, LABELS, false);
        assertEquals(
                List.of(span(1, 3, 0), span(4, 4, 0), span(5, 6, 1)),
                flat.windows().get(0).spans());
        assertEquals(2, flat.overlapping());
        EntityTrainingSet nested = EntityTrainingSet.of(List.of(labelled), WINDOWS::of, LABELS, true);
        assertEquals(5, nested.windows().get(0).spans().size());
        assertEquals(Optional.empty(), nested.defects());
    }

    @Test
    void learnsFromTextsWithoutEntitiesAndLeavesUnknownLabelsOut() {
        EntityTrainingSet set = of(text(""), text("ab"), text("ab", entity("ab", 0, 1, "ORG")));
        assertEquals(3, set.windows().size());
        assertTrue(set.windows().stream().allMatch(window -> window.spans().isEmpty()));
        assertEquals(
                "of 1 entities, left out 1 of an unknown label and 0 that overlap others; 0 are not read whole, and learned as far as they are read",
                set.defects().orElseThrow());
    }

    @Test
    void knowsNoEntitiesThatAreNotInTheText() {
        assertEquals(Optional.empty(), Entity.in("ab", 1, 1, "PER"));
        assertEquals(Optional.empty(), Entity.in("ab", 1, 3, "PER"));
        assertEquals(Optional.empty(), Entity.in("ab", -1, 1, "PER"));
        assertEquals(Optional.empty(), Entity.in("😀", 0, 1, "PER"));
        assertEquals(Optional.of(new Entity("PER", "😀", 1, 3)), Entity.in("a😀", 1, 3, "PER"));
        assertThrows(
                IllegalArgumentException.class, () -> new LabelledText("ab", List.of(new Entity("PER", "b", 0, 1))));
    }

    private static void assertShown(int cut, int start, int end, LabelledSpan inFirst, LabelledSpan inSecond) {
        String text = "abababababab";
        EntityTrainingSet set = of(text(text, entity(text, start, end, "PER")));
        assertEquals(
                List.of(List.of(inFirst), List.of(inSecond)),
                set.windows().stream().map(TrainingWindow::spans).toList());
        assertEquals(cut, set.cut());
    }

    private static EntityTrainingSet of(LabelledText... texts) {
        return EntityTrainingSet.of(List.of(texts), WINDOWS::of, LABELS, false);
    }

    private static LabelledText text(String text, Entity... entities) {
        return new LabelledText(text, List.of(entities));
    }

    private static Entity entity(String text, int start, int end, String label) {
        return Entity.in(text, start, end, label).orElseThrow();
    }

    private static LabelledSpan span(int first, int last, int label) {
        return new LabelledSpan(new TokenSpan(first, last), label);
    }
}
