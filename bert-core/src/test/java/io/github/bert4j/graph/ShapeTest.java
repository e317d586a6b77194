package io.github.bert4j.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ShapeTest {

    @Test
    void broadcastsAsNumPyDoes() {
        assertBroadcast(Shape.of(8, 1, 6, 1), Shape.of(7, 1, 5), Shape.of(8, 7, 6, 5));
        assertBroadcast(Shape.of(5, 4), Shape.of(1), Shape.of(5, 4));
        assertBroadcast(Shape.of(5, 4), Shape.of(4), Shape.of(5, 4));
        assertBroadcast(Shape.of(15, 3, 5), Shape.of(15, 1, 5), Shape.of(15, 3, 5));
        assertBroadcast(Shape.of(), Shape.of(2, 3), Shape.of(2, 3));
    }

    @Test
    void broadcastsUnknownSizes() {
        assertBroadcast(Shape.of(-1, -1, 768), Shape.of(-1, 1, 768), Shape.of(-1, -1, 768));
        assertBroadcast(Shape.of(-1), Shape.of(3), Shape.of(3));
        assertBroadcast(Shape.of(-1), Shape.of(-1), Shape.of(-1));
    }

    @Test
    void refusesShapesThatDoNotFitTogether() {
        String message = assertThrows(
                        IllegalArgumentException.class, () -> Shape.broadcast(Shape.of(2, 1), Shape.of(8, 4, 3)))
                .getMessage();
        assertTrue(message.contains("axis 2 from the end is 2 in one and 4 in the other"), message);
        assertThrows(IllegalArgumentException.class, () -> Shape.of(2, -2));
    }

    @Test
    void countsElementsThatAreKnown() {
        assertEquals(24, Shape.of(2, 3, 4).elements());
        assertEquals(1, Shape.of().elements());
        assertEquals(0, Shape.of(3, 0).elements());
        assertThrows(IllegalStateException.class, () -> Shape.of(-1, 2).elements());
    }

    @Test
    void printsAsKerasDoes() {
        assertEquals("(None, None, 768)", Shape.of(-1, -1, 768).toString());
        assertEquals("(None,)", Shape.of(-1).toString());
        assertEquals("()", Shape.of().toString());
    }

    private static void assertBroadcast(Shape a, Shape b, Shape expected) {
        assertEquals(expected, Shape.broadcast(a, b));
        assertEquals(expected, Shape.broadcast(b, a));
    }
}
