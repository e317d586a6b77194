package io.github.bert4j.models;

import static io.github.bert4j.layers.Activation.SIGMOID;
import static io.github.bert4j.layers.Layers.dense;
import static io.github.bert4j.layers.Layers.embedding;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.train.Adam;
import io.github.bert4j.train.GradientAccumulation;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.MovingAverage;
import io.github.bert4j.train.RDrop;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryEstimateTest {
    private static final int WORDS = 100;
    private static final int WIDTH = 32;
    private static final int UNITS = 300;
    private static final long TABLE = WORDS * WIDTH;
    private static final long HIDDEN = WIDTH * UNITS + UNITS;
    private static final long LAST = UNITS + 1;
    private static final Sample SAMPLE = Sample.of(new int[] {5, 7, 9}).labelled(1f);

    private final Graph graph = new Graph(3);
    private final CompiledModel compiled = compiled(graph);

    @AfterEach
    void close() {
        graph.close();
    }

    @Test
    void countsWhatIsKeptOfEachWeight() {
        MemoryEstimate plain = compiled.memory(SAMPLE, 4);
        assertEquals(4 * (TABLE + HIDDEN + LAST), plain.weights());
        assertEquals(4 * (HIDDEN + LAST), plain.gradients());
        assertEquals(2 * plain.weights(), plain.optimizer());
        assertEquals(0, plain.techniques());
        MemoryEstimate more = compiled.with(new GradientAccumulation(2), new MovingAverage(0.9))
                .memory(SAMPLE, 4);
        assertEquals(plain.gradients() + plain.weights(), more.techniques());
        assertEquals(plain.total() + more.techniques(), more.total());
    }

    @Test
    void keepsNothingOfAFrozenWeight() {
        long all = compiled.memory(SAMPLE, 4).gradients();
        graph.freeze(graph.weightsNamed("dense_1/.*"));
        MemoryEstimate frozen = compiled.model()
                .compile(Loss.binaryCrossEntropy(), new Adam(0.01))
                .memory(SAMPLE, 4);
        assertEquals(all - 4 * HIDDEN, frozen.gradients());
        assertEquals(8 * (TABLE + LAST), frozen.optimizer());
    }

    /** Every sample counts twice: as a batch of twice as many does, but for what compares the halves. */
    @Test
    void countsBothPassesOfRDrop() {
        double twice = compiled.memory(SAMPLE, 64).activations();
        double both = compiled.with(new RDrop(1)).memory(SAMPLE, 32).activations();
        assertEquals(twice, both, 0.1 * twice);
    }

    @Test
    void leavesTrainingAsItWouldBeWithoutIt() {
        Dataset dataset = Dataset.of(List.of(SAMPLE), 1, sample -> sample);
        compiled.memory(dataset.longest(), dataset.batchSize());
        compiled.fit(dataset, 2);
        try (Graph other = new Graph(3)) {
            compiled(other).fit(dataset, 2);
            assertArrayEquals(weights(other), weights(graph));
        }
    }

    /** 10 bytes of each sample, and 5 besides. */
    @Test
    void namesTheLargestBatchThatFits() {
        MemoryEstimate tooLarge = MemoryEstimate.of(8, 2, 0, 2, 1, 58, size -> 10L * size);
        assertFalse(tooLarge.fits());
        assertEquals(85, tooLarge.total());
        assertEquals(5, tooLarge.fittingBatchSize());
        assertTrue(tooLarge.toString().contains("lower the batch size to 5"), tooLarge.toString());
        assertTrue(MemoryEstimate.of(5, 2, 0, 2, 1, 58, size -> 10L * size).fits());
        MemoryEstimate hopeless = MemoryEstimate.of(8, 2, 0, 2, 1, 14, size -> 10L * size);
        assertTrue(hopeless.toString().contains("Not even one sample fits"), hopeless.toString());
    }

    @Test
    void isATable() {
        String table = new MemoryEstimate(32, 1 << 20, 2 << 20, 3 << 20, 0, 1536L << 20, 1L << 31, 32).toString();
        assertEquals(
                List.of(
                        "Batches of 32                      MiB",
                        "Weights                            1.0",
                        "Gradients                          2.0",
                        "Optimizer                          3.0",
                        "Accumulation and averages          0.0",
                        "Activations                    1,536.0",
                        "Total                          1,542.0",
                        "Available                      2,048.0",
                        "It fits."),
                table.lines().toList());
    }

    @Test
    void refusesABatchOfNothing() {
        assertThrows(IllegalArgumentException.class, () -> compiled.memory(SAMPLE, 0));
    }

    private static CompiledModel compiled(Graph graph) {
        Tensor ids = graph.ids("ids");
        Tensor x = embedding(WORDS, WIDTH).apply(ids).at(0);
        return Model.of(ids)
                .to(dense(1, SIGMOID).apply(dense(UNITS, SIGMOID).apply(x)))
                .compile(Loss.binaryCrossEntropy(), new Adam(0.01));
    }

    private static float[][] weights(Graph graph) {
        return graph.weights().stream()
                .map(weight -> weight.variable().getArr().dup().data().asFloat())
                .toArray(float[][]::new);
    }
}
