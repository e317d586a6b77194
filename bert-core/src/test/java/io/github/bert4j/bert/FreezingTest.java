package io.github.bert4j.bert;

import static io.github.bert4j.layers.Activation.SIGMOID;
import static io.github.bert4j.layers.Layers.dense;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.models.CompiledModel;
import io.github.bert4j.models.Model;
import io.github.bert4j.tokenize.Vocabulary;
import io.github.bert4j.train.Adam;
import io.github.bert4j.train.AdversarialTraining;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.Optimizer;
import io.github.bert4j.train.RateFactors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FreezingTest {
    private static final BertConfig CONFIG = new BertConfig(20, 8, 2, 2, 16, 10, 2, 0, 0, 0.02, Gelu.TANH);
    private static final Dataset DATASET = Dataset.of(
            List.of(
                    Sample.of(new int[] {1, 2, 3}).labelled(1f),
                    Sample.of(new int[] {4, 5}).labelled(0f)),
            2,
            sample -> sample);

    private final Graph graph = new Graph(1);
    private final Tensor tokens = graph.ids("tokens");
    private final Bert bert = Bert.random(graph, CONFIG, Vocabulary.of(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]")));
    private final Model model =
            Model.of(tokens).to(dense(1, SIGMOID).apply(bert.apply(tokens).at(0)));

    @AfterEach
    void closeGraph() {
        graph.close();
    }

    @Test
    void trainsOnlyWhatIsNotFrozenAndKeepsNoStateOfTheRest() {
        graph.freeze(bert.embeddingWeights());
        graph.freeze(bert.layerWeights(0));
        List<Weight> started = new ArrayList<>();
        Optimizer recording = (owner, weights) -> {
            weights.forEach(started::add);
            Optimizer.Updater updater = new Adam(0.1).start(owner, weights);
            long trainable = started.stream()
                    .mapToLong(weight -> weight.shape().elements())
                    .sum();
            assertEquals(609, trainable);
            assertEquals(
                    8 * trainable,
                    updater.state().values().stream()
                            .mapToLong(array -> array.length() * Float.BYTES)
                            .sum());
            return (step, gradients) -> {
                assertEquals(Set.copyOf(started), gradients.keySet());
                updater.update(step, gradients);
            };
        };
        List<float[]> before = model.weights().stream().map(Weight::values).toList();
        model.compile(Loss.binaryCrossEntropy(), recording).fit(DATASET, 1);
        for (int i = 0; i < before.size(); i++) {
            Weight weight = model.weights().get(i);
            boolean frozen = weight.name().startsWith("bert/embeddings/")
                    || weight.name().startsWith("bert/encoder/layer_0/");
            assertEquals(!frozen, started.contains(weight), weight.name());
            if (frozen) {
                assertArrayEquals(before.get(i), weight.values(), weight.name());
            }
        }
        assertFalse(Arrays.equals(
                before.get(before.size() - 2),
                model.weights().get(before.size() - 2).values()));
    }

    /** Embeddings: (20 + 10 + 2 + 2) · 8; a layer: 4 · (64 + 8) + 2 · 16 + 8 · 16 + 16 + 16 · 8 + 8; the head: 9. */
    @Test
    void tellsTrainableFromOtherParameters() {
        graph.freeze(bert.embeddingWeights());
        graph.freeze(graph.weightsNamed("bert/encoder/layer_0/.*"));
        String summary = model.summary();
        assertTrue(summary.contains("Total params: 1,481"), summary);
        assertTrue(summary.contains("Trainable params: 609"), summary);
        assertTrue(summary.contains("Non-trainable params: 872"), summary);
        graph.unfreeze(graph.weights());
        assertTrue(model.summary().contains("Non-trainable params: 0"));
    }

    @Test
    void wantsToBeCompiledAgainAfterFreezing() {
        CompiledModel compiled = model.compile(Loss.binaryCrossEntropy(), new Adam(0.1));
        graph.freeze(bert.embeddingWeights());
        assertThrows(IllegalStateException.class, () -> compiled.fit(DATASET, 1));
        CompiledModel again = model.compile(Loss.binaryCrossEntropy(), new Adam(0.1));
        again.fit(DATASET, 1);
        assertThrows(
                IllegalArgumentException.class, () -> again.with(new AdversarialTraining(bert.wordEmbeddings(), 1)));
        graph.freeze(graph.weights());
        assertThrows(IllegalArgumentException.class, () -> model.compile(Loss.binaryCrossEntropy(), new Adam(0.1)));
    }

    @Test
    void letsRatesFallFromTheHeadToTheEmbeddings() {
        RateFactors factors = RateFactors.layerWise(0.5, bert::layersAbove);
        assertEquals(1, factors.of(graph.weightsNamed("dense_1/kernel").get(0)));
        assertEquals(0.5, factors.of(bert.layerWeights(1).get(0)));
        assertEquals(0.25, factors.of(bert.layerWeights(0).get(0)));
        assertEquals(0.125, factors.of(bert.wordEmbeddings()));
    }

    @Test
    void refusesWeightsThatAreNotThere() {
        assertThrows(IllegalArgumentException.class, () -> bert.layerWeights(2));
        assertThrows(IllegalArgumentException.class, () -> graph.weightsNamed("layer_0"));
        try (Graph other = new Graph(1)) {
            assertThrows(IllegalArgumentException.class, () -> other.freeze(graph.weights()));
        }
    }
}
