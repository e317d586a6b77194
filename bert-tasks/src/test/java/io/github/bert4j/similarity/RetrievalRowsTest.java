package io.github.bert4j.similarity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RetrievalRowsTest {

    @Test
    void theUpperHalfOfTheScoresBelongsTogether() {
        var rows = new RetrievalRows(
                List.of(new LabelledPair(5, "a", "b"), new LabelledPair(2.5, "a", "c"), new LabelledPair(0, "d", "e")));
        assertEquals(Set.of("a"), rows.similar().keySet());
        assertEquals(Set.of("b"), rows.similar().get("a"));
        assertEquals(List.of("b", "c", "e"), rows.texts());
        assertEquals(Optional.of("c"), rows.rows().get(0).negative());
    }

    @Test
    void pairsOfOneScoreAllBelongTogether() {
        var rows = new RetrievalRows(List.of(new LabelledPair(1, "a", "b"), new LabelledPair(1, "c", "d")));
        assertEquals(2, rows.rows().size());
        assertTrue(rows.rows().stream().allMatch(row -> row.negative().isEmpty() && row.negativeGroup() < 0));
    }

    @Test
    void whatPairsSayToBeAlikeIsOneGroupHoweverLongTheChain() {
        var rows = new RetrievalRows(List.of(
                new LabelledPair(1, "a", "b"),
                new LabelledPair(1, "c", "b"),
                new LabelledPair(1, "c", "d"),
                new LabelledPair(1, "x", "y"),
                new LabelledPair(0, "x", "d")));
        assertTrue(rows.alike("a", "d"));
        assertFalse(rows.alike("a", "x"));
        var all = rows.rows();
        assertEquals(all.get(0).group(), all.get(1).group());
        assertEquals(all.get(0).group(), all.get(3).negativeGroup());
        assertNotEquals(all.get(0).group(), all.get(3).group());
    }

    @Test
    void everyTextAndEveryHardNegativeOfAQueryIsSeen() {
        var rows = new RetrievalRows(List.of(
                        new LabelledPair(1, "a", "b"),
                        new LabelledPair(0, "a", "x"),
                        new LabelledPair(0, "a", "y"),
                        new LabelledPair(0, "a", "z")))
                .rows();
        assertEquals(
                List.of("x", "y", "z"),
                rows.stream().map(row -> row.negative().orElseThrow()).toList());
        assertEquals(
                Set.of("b"),
                Set.copyOf(rows.stream().map(RetrievalRows.Row::text).toList()));
    }
}
