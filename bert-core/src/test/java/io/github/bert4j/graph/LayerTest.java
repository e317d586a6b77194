package io.github.bert4j.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class LayerTest {

    @Test
    void sharesItsWeightsWhenAppliedTwice() {
        try (Graph graph = new Graph(1)) {
            Scale scale = new Scale();
            Tensor x = graph.floats("x", -1, 3);
            Tensor once = scale.apply(x);
            Tensor twice = scale.apply(once);
            assertEquals(1, graph.weights().size());
            assertEquals("scale_1/factor", scale.weights().get(0).name());
            assertSame(scale, once.producer().orElseThrow().layer());
            assertEquals(List.of(once), twice.producer().orElseThrow().inputs());
        }
    }

    @Test
    void numbersLayersOfOneKind() {
        try (Graph graph = new Graph(1)) {
            Tensor x = graph.floats("x", -1, 3);
            Scale first = new Scale();
            Scale second = new Scale();
            second.apply(first.apply(x));
            assertEquals("scale_1", first.name());
            assertEquals("scale_2", second.name());
            assertEquals(2, graph.weights().size());
        }
    }

    @Test
    void hasNoNameBeforeItIsApplied() {
        Scale scale = new Scale();
        assertTrue(assertThrows(IllegalStateException.class, scale::name)
                .getMessage()
                .contains("apply it first"));
        assertEquals(List.of(), scale.weights());
    }

    @Test
    void refusesTensorsOfDifferentGraphs() {
        try (Graph one = new Graph(1);
                Graph other = new Graph(1)) {
            Tensor x = one.floats("x", -1, 3);
            Tensor y = other.floats("y", -1, 3);
            String message = assertThrows(IllegalArgumentException.class, () -> new Scale().apply(x, y))
                    .getMessage();
            assertTrue(message.contains("tensors of different graphs: [x (None, 3), y (None, 3)]"), message);
            Scale scale = new Scale();
            scale.apply(x);
            assertThrows(IllegalStateException.class, () -> scale.apply(y));
        }
    }

    @Test
    void refusesToBeAppliedToNothing() {
        assertThrows(IllegalArgumentException.class, () -> new Scale().apply());
    }

    @Test
    void canBeAppliedAgainAfterItRefusedItsInputs() {
        try (Graph graph = new Graph(1)) {
            Scale scale = new Scale();
            Tensor unknown = graph.floats("unknown", -1, -1);
            assertThrows(IllegalArgumentException.class, () -> scale.apply(unknown));
            Tensor scaled = scale.apply(graph.floats("x", -1, 3));
            assertEquals(Shape.of(-1, 3), scaled.shape());
            assertEquals(1, scale.weights().size());
        }
    }

    private static final class Scale extends Layer {
        private Weight factor;

        Scale() {
            super("scale");
        }

        @Override
        protected void build(List<Tensor> inputs) {
            long width = inputs.get(0).shape().size(-1);
            if (width == Shape.UNKNOWN) {
                throw new IllegalArgumentException("unknown width");
            }
            factor = weight("factor", Shape.of(width), Initializer.ones());
        }

        @Override
        protected Tensor call(List<Tensor> inputs) {
            Tensor x = inputs.get(0);
            return Tensor.of(graph(), x.variable().mul(factor.variable()), x.shape());
        }
    }
}
