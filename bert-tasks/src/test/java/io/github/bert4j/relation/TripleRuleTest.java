package io.github.bert4j.relation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TripleRuleTest {
    private static final Mention A = new Mention("温雅", 0, 2);
    private static final Mention B = new Mention("石磊", 5, 7);

    private final TripleRule mirror = TripleRule.mirror(Map.of("丈夫", "妻子", "妻子", "丈夫", "同学", "同学"));

    @Test
    void addsTheOtherSide() {
        assertEquals(
                List.of(new ExtractedTriple(A, "丈夫", B), new ExtractedTriple(B, "妻子", A)),
                mirror.apply("", List.of(new ExtractedTriple(A, "丈夫", B))));
        assertEquals(
                List.of(new ExtractedTriple(A, "同学", B), new ExtractedTriple(B, "同学", A)),
                mirror.apply("", List.of(new ExtractedTriple(A, "同学", B))));
    }

    @Test
    void leavesOtherPredicatesAlone() {
        List<ExtractedTriple> triples = List.of(new ExtractedTriple(A, "父亲", B));
        assertEquals(triples, mirror.apply("", triples));
    }
}
