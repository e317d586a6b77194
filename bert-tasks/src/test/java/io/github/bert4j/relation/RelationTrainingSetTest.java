package io.github.bert4j.relation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.text.LabelledSpan;
import io.github.bert4j.text.TokenSpan;
import io.github.bert4j.tokenize.OurTokenizer;
import io.github.bert4j.tokenize.Vocabulary;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RelationTrainingSetTest {
    private static final List<String> PREDICATES = List.of("作者", "导演");

    private final OurTokenizer tokenizer = OurTokenizer.uncased(
            Vocabulary.of(List.of("[PAD]", "[unused1]", "[UNK]", "[CLS]", "[SEP]", "a", "b", "c", "d", "e")));

    @Test
    void findsTheFirstPlaceOfNamesWhateverTheirCaseAndTheSpacesAroundThem() {
        RelationTrainingSet set =
                set(20, new LabelledRelations("abABcD", List.of(new Triple(" AB", "作者", "Cd\u3000"))));
        TrainingText text = set.texts().get(0);
        assertArrayEquals(new int[] {3, 5, 6, 5, 6, 7, 8, 4}, text.ids());
        assertEquals(Map.of(new TokenSpan(1, 2), List.of(new LabelledSpan(new TokenSpan(5, 6), 0))), text.objects());
        assertEquals(Optional.empty(), set.defects());
    }

    @Test
    void keepsAllObjectsOfASubject() {
        RelationTrainingSet set = set(
                20,
                new LabelledRelations(
                        "abcde",
                        List.of(new Triple("a", "导演", "b"), new Triple("c", "导演", "b"), new Triple("a", "作者", "de"))));
        assertEquals(
                Map.of(
                        new TokenSpan(1, 1),
                        List.of(new LabelledSpan(new TokenSpan(2, 2), 1), new LabelledSpan(new TokenSpan(4, 5), 0)),
                        new TokenSpan(3, 3),
                        List.of(new LabelledSpan(new TokenSpan(2, 2), 1))),
                set.texts().get(0).objects());
    }

    @Test
    void leavesOutWhatCannotBeLearnedAndCountsIt() {
        RelationTrainingSet set = set(
                5,
                new LabelledRelations("abcde", List.of(new Triple("a", "导演", "b"), new Triple("a", "导演", "d"))),
                new LabelledRelations("abc", List.of(new Triple("a", "丈夫", "b"), new Triple("", "导演", "b"))),
                new LabelledRelations("abc", List.of()));
        assertEquals(1, set.texts().size());
        assertEquals(
                "left out 3 of 4 triples (1 of an unknown predicate, 2 not found in what is read of the text) and 2 texts without triples",
                set.defects().orElseThrow());
    }

    @Test
    void refusesDataWithNothingToLearn() {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> set(20, new LabelledRelations("abc", List.of(new Triple("a", "导演", "x y")))))
                .getMessage();
        assertTrue(message.contains("nothing to learn from in 1 texts: left out 1 of 1 triples"), message);
    }

    private RelationTrainingSet set(int maxLength, LabelledRelations... texts) {
        return RelationTrainingSet.of(List.of(texts), tokenizer, PREDICATES, maxLength);
    }
}
