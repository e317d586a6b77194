package io.github.bert4j.models;

import static io.github.bert4j.layers.Activation.SIGMOID;
import static io.github.bert4j.layers.Layers.dense;
import static io.github.bert4j.layers.Layers.embedding;
import static io.github.bert4j.layers.Layers.lambda;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.kernels.Kernels;
import io.github.bert4j.kernels.PortableKernels;
import io.github.bert4j.kernels.onednn.MachineKernels;
import io.github.bert4j.train.Adam;
import io.github.bert4j.train.AdamW;
import io.github.bert4j.train.Gradient;
import io.github.bert4j.train.Lamb;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.Optimizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds training on rows of an embedding to training on the same gradients as whole arrays, to the last bit. */
class EmbeddingTrainingTest {
    private static final int COUNT = 50;
    private static final int SIZE = 16;

    static Stream<Arguments> optimizers() {
        List<Supplier<Kernels>> kernels = List.of(PortableKernels::new, MachineKernels::open);
        Adam adam = new Adam(step -> 0.01 / (1 + step));
        return kernels.stream()
                .flatMap(make -> Stream.of(
                                adam,
                                adam.withGlobalClipNorm(0.01),
                                new AdamW(adam, 0.1),
                                new Lamb(adam.withGlobalClipNorm(0.01), 0.1),
                                new AdamW(adam.withGlobalClipNorm(0.01), 0.1))
                        .map(optimizer -> Arguments.of(make, optimizer)));
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void isThatOnWholeGradients(Supplier<Kernels> kernels, Optimizer optimizer) {
        List<float[]> byRows = weightsAfterTraining(kernels.get(), optimizer);
        List<float[]> byWholes = weightsAfterTraining(kernels.get(), whole(optimizer));
        for (int i = 0; i < byRows.size(); i++) {
            assertArrayEquals(byWholes.get(i), byRows.get(i), "weight " + i);
        }
    }

    @Test
    void leavesRowsAloneThatWereNeverLookedUp() {
        Set<Integer> met = new HashSet<>();
        Optimizer recording = (graph, weights) -> (step, gradients) -> {
            for (Map.Entry<Weight, Gradient> entry : gradients.entrySet()) {
                boolean table = entry.getKey().name().equals("embedding_1/embeddings");
                assertEquals(
                        table,
                        entry.getValue() instanceof Gradient.Rows,
                        entry.getKey().name());
                if (entry.getValue() instanceof Gradient.Rows rows) {
                    int[] indices = rows.indices().toIntVector();
                    assertTrue(indices.length < COUNT / 2, "rows " + indices.length);
                    assertArrayEquals(IntStream.of(indices).sorted().distinct().toArray(), indices);
                    assertArrayEquals(
                            new long[] {indices.length, SIZE}, rows.rows().shape());
                    IntStream.of(indices).forEach(met::add);
                }
            }
        };
        weightsAfterTraining(MachineKernels.open(), recording);
        assertTrue(met.size() > COUNT / 2 && !met.contains(COUNT - 1), met.toString());
        float[] before = weightsAfterTraining(MachineKernels.open(), (graph, weights) -> (step, gradients) -> {})
                .get(0);
        float[] after =
                weightsAfterTraining(MachineKernels.open(), new Adam(0.01)).get(0);
        for (int i = 0; i < before.length; i++) {
            assertEquals(!met.contains(i / SIZE), before[i] == after[i], "element " + i);
        }
    }

    /** The same optimizer, kept from seeing that only some rows have a gradient. */
    private static Optimizer whole(Optimizer optimizer) {
        return (graph, weights) -> {
            Optimizer.Updater updater = optimizer.start(graph, weights);
            return (step, gradients) -> {
                Map<Weight, Gradient> whole = new LinkedHashMap<>();
                gradients.forEach((weight, gradient) -> whole.put(weight, new Gradient.Dense(gradient.dense())));
                updater.update(step, whole);
            };
        };
    }

    /** Ids repeat within a step, differ from step to step, and the last one never occurs. */
    private static List<float[]> weightsAfterTraining(Kernels kernels, Optimizer optimizer) {
        try (Graph graph = new Graph(3, kernels)) {
            Tensor ids = graph.ids("ids");
            Tensor mean = lambda(x -> x.mean(1)).apply(embedding(COUNT, SIZE).apply(ids));
            CompiledModel model =
                    Model.of(ids).to(dense(1, SIGMOID).apply(mean)).compile(Loss.binaryCrossEntropy(), optimizer);
            Random random = new Random(5);
            List<Sample> samples = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                int first = random.nextInt(COUNT - 1);
                samples.add(Sample.of(new int[] {first, first, random.nextInt(COUNT - 1), 7})
                        .labelled(i % 2 == 0 ? 1f : 0f));
            }
            model.fit(Dataset.of(samples, 4, sample -> sample), 2);
            return graph.weights().stream().map(Weight::values).toList();
        }
    }
}
