package io.github.bert4j.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class TokenSpanTest {
    private static final int[] TOKENS = {101, 5, 6, 5, 6, 7, 102};

    @Test
    void findsTheFirstOfSeveralPlaces() {
        assertEquals(Optional.of(new TokenSpan(1, 2)), TokenSpan.firstMatch(TOKENS, new int[] {5, 6}, 0));
        assertEquals(Optional.of(new TokenSpan(3, 5)), TokenSpan.firstMatch(TOKENS, new int[] {5, 6, 7}, 0));
    }

    @Test
    void searchesFromAGivenPlace() {
        assertEquals(Optional.of(new TokenSpan(3, 4)), TokenSpan.firstMatch(TOKENS, new int[] {5, 6}, 2));
        assertEquals(Optional.empty(), TokenSpan.firstMatch(TOKENS, new int[] {5, 6}, 4));
    }

    @Test
    void findsNothingWhereTheTokensEndTooEarlyOrNothingIsSought() {
        assertEquals(Optional.empty(), TokenSpan.firstMatch(TOKENS, new int[] {7, 102, 0}, 0));
        assertEquals(Optional.empty(), TokenSpan.firstMatch(TOKENS, new int[0], 0));
        assertEquals(Optional.empty(), TokenSpan.firstMatch(new int[0], new int[] {1}, 0));
    }

    @Test
    void findsTheWholeAndTheEnds() {
        assertEquals(Optional.of(new TokenSpan(0, 6)), TokenSpan.firstMatch(TOKENS, TOKENS, 0));
        assertEquals(Optional.of(new TokenSpan(6, 6)), TokenSpan.firstMatch(TOKENS, new int[] {102}, 0));
    }

    @Test
    void refusesAnEndBeforeTheStart() {
        assertThrows(IllegalArgumentException.class, () -> new TokenSpan(3, 2));
    }
}
