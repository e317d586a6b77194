package io.github.bert4j.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.data.Sample;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.layers.Activation;
import io.github.bert4j.layers.Layers;
import io.github.bert4j.models.Model;
import io.github.bert4j.models.Prediction;
import io.github.bert4j.ops.DenseOp;
import io.github.bert4j.ops.DropoutOp;
import io.github.bert4j.ops.GeluOp;
import io.github.bert4j.ops.Gradients;
import io.github.bert4j.ops.Plan;
import io.github.bert4j.ops.Results;
import io.github.bert4j.ops.Step;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class GraphTest {

    @Test
    void holdsAWeightOnce() {
        try (Graph graph = new Graph(1)) {
            Shape shape = Shape.of(5000, 5000);
            long before = Pointer.physicalBytes();
            graph.weight("large", shape);
            long kept = Pointer.physicalBytes() - before;
            assertTrue(kept < 1.5 * shape.elements() * Float.BYTES, kept + " bytes for " + shape);
        }
    }

    @Test
    void numbersNamesByKind() {
        try (Graph graph = new Graph(1)) {
            assertEquals("dense_1", graph.uniqueName("dense"));
            assertEquals("dense_2", graph.uniqueName("dense"));
            assertEquals("gather_1", graph.uniqueName("gather"));
        }
    }

    @Test
    void refusesToBeBuiltOrRunOnceClosed() {
        Graph graph = new Graph(1);
        Tensor x = graph.floats("x", 2);
        Plan plan = Plan.of(graph.sameDiff(), List.of(x.variable()));
        graph.close();
        graph.close();
        assertThrows(IllegalStateException.class, () -> graph.floats("y", 2));
        assertThrows(IllegalStateException.class, () -> graph.weight("w", Shape.of(2)));
        assertThrows(IllegalStateException.class, () -> graph.zeros(Shape.of(2)));
        String message = assertThrows(
                        IllegalStateException.class,
                        () -> graph.run(plan, Map.of("x", Nd4j.create(2)), Step.inference()))
                .getMessage();
        assertTrue(message.contains("closed"), message);
    }

    @Test
    void freesItsMemoryOnceTheLastResultIsClosed() {
        Graph graph = new Graph(1);
        Weight weight = graph.weight("w", Shape.of(100, 100), Initializer.ones());
        INDArray array = weight.variable().getArr();
        SDVariable output = new GeluOp(Gelu.ERF, weight.variable()).output();
        Results results = graph.run(Plan.of(graph.sameDiff(), List.of(output)), Map.of(), Step.inference());
        INDArray computed = results.get(output);
        graph.close();
        assertFalse(array.wasClosed());
        assertEquals(0.841345, computed.getFloat(99, 99), 1e-5);
        results.close();
        assertTrue(array.wasClosed());
        assertTrue(computed.data().wasClosed());
    }

    @Test
    void freesItsMemoryAfterARunThatFailed() {
        Graph graph = new Graph(1);
        INDArray array = graph.weight("w", Shape.of(4)).variable().getArr();
        Tensor x = graph.floats("x", -1, 4);
        Plan plan = Plan.of(graph.sameDiff(), List.of(x.variable().mul(2)));
        assertThrows(IllegalArgumentException.class, () -> graph.run(plan, Map.of(), Step.inference()));
        graph.close();
        assertTrue(array.wasClosed());
    }

    /** Several sizes at once, stock ops between ours, gradients and dropout too. */
    @Test
    void computesTheSameFromFourThreadsAsFromOne() throws Exception {
        try (Graph graph = new Graph(1);
                Closing threads = new Closing(Executors.newFixedThreadPool(4))) {
            SameDiff sd = graph.sameDiff();
            SDVariable x = graph.floats("x", -1, 80).variable();
            Weight kernel = graph.weight("kernel", Shape.of(80, 80), Initializer.glorotUniform());
            SDVariable dense = new DenseOp(x, kernel.variable()).output();
            SDVariable both = sd.concat(1, sd.math().tanh(dense), sd.nn().softmax(dense, -1));
            SDVariable wide = sd.reshape(both.permute(1, 0), 80, -1).permute(1, 0);
            SDVariable h = new DropoutOp(
                            0.5f,
                            0,
                            new GeluOp(Gelu.TANH, wide.mul(3).sub(both.mean(1).mean())).output())
                    .output();
            SDVariable loss =
                    new DenseOp(h, kernel.variable()).output().std(true, 1).sum();
            SDVariable gradient = Gradients.of(loss, List.of(kernel.variable())).get(kernel.variable());
            Plan plan = Plan.of(sd, List.of(loss, gradient, h));

            int runs = 24;
            List<float[][]> alone = new ArrayList<>();
            for (int i = 0; i < runs; i++) {
                alone.add(run(graph, plan, i, loss, gradient, h));
            }
            List<Future<float[][]>> together = new ArrayList<>();
            for (int i = 0; i < runs; i++) {
                int number = i;
                together.add(threads.pool().submit(() -> run(graph, plan, number, loss, gradient, h)));
            }
            for (int i = 0; i < runs; i++) {
                for (int output = 0; output < 3; output++) {
                    assertArrayEquals(alone.get(i)[output], together.get(i).get()[output], 1e-4f, "run " + i);
                }
            }
        }
    }

    private static float[][] run(Graph graph, Plan plan, int number, SDVariable... outputs) {
        float[] values = new float[80 * (20 + 7 * (number % 5))];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(number + i);
        }
        INDArray x = Nd4j.createFromArray(values).reshape(-1, 80);
        try (Results results = graph.run(plan, Map.of("x", x), new Step(true, 1, number))) {
            float[][] copies = new float[outputs.length][];
            for (int i = 0; i < outputs.length; i++) {
                copies[i] = results.floats(outputs[i]);
            }
            return copies;
        }
    }

    private record Closing(ExecutorService pool) implements AutoCloseable {
        @Override
        public void close() {
            pool.shutdownNow();
        }
    }

    @Test
    void answersFourThreadsAsOneAndKeepsNoMoreSessionsThanThreads() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (Graph graph = new Graph(1)) {
            Tensor ids = graph.ids("ids");
            Model model = Model.of(ids)
                    .to(Layers.dense(8, Activation.TANH)
                            .apply(Layers.embedding(50, 96).apply(ids)));
            List<Sample> samples = IntStream.range(0, 64)
                    .mapToObj(i -> Sample.of(IntStream.range(0, 1 + i % 40).toArray()))
                    .toList();
            List<Prediction> expected = model.predict(samples, 4);
            assertEquals(1, graph.idleSessions());
            CyclicBarrier together = new CyclicBarrier(4);
            List<Callable<List<Prediction>>> calls = Collections.nCopies(40, () -> {
                together.await();
                return model.predict(samples, 4);
            });
            for (Future<List<Prediction>> call : threads.invokeAll(calls)) {
                assertEquals(expected, call.get());
            }
            assertTrue(graph.idleSessions() <= 4, graph.idleSessions() + " sessions");
        } finally {
            threads.shutdown();
        }
    }
}
