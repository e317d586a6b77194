package io.github.bert4j.bert;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.layers.Activation;
import io.github.bert4j.layers.Layers;
import io.github.bert4j.models.CompiledModel;
import io.github.bert4j.models.Model;
import io.github.bert4j.tokenize.Vocabulary;
import io.github.bert4j.train.Adam;
import io.github.bert4j.train.AdamW;
import io.github.bert4j.train.Loss;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SteadyMemoryTest {
    private static final int VOCABULARY = 2000;
    private static final int LONGEST = 96;
    private static final int BATCH = 16;
    private static final int STEPS_PER_EPOCH = 100;
    private static final int EPOCHS = 3;
    private static final BertConfig CONFIG =
            new BertConfig(VOCABULARY, 256, 2, 4, 256, LONGEST, 2, 0.1, 0.1, 0.02, Gelu.TANH);

    /** What one array of vectors, lost in each step, would come to: 236 MB. */
    private static final long LOST = (long) EPOCHS * STEPS_PER_EPOCH * BATCH * (LONGEST / 2) * 256 * Float.BYTES;

    /** Shapes met for the first time cost memory, so the first epochs are not measured. */
    @Test
    @Tag("slow")
    void trainsAndPredictsOnTextsOfAnyLengthInTheSameMemory() {
        Random random = new Random(1);
        List<Sample> samples = IntStream.range(0, BATCH * STEPS_PER_EPOCH)
                .mapToObj(i -> {
                    int[] ids = random.ints(1 + random.nextInt(LONGEST), 1, VOCABULARY)
                            .toArray();
                    return Sample.of(ids).labelled((float) (i % 2));
                })
                .toList();
        Dataset dataset = Dataset.of(samples, BATCH, sample -> sample);
        try (Graph graph = new Graph(1)) {
            Tensor tokens = graph.ids("tokens");
            Tensor vectors = Bert.random(graph, CONFIG, vocabulary()).apply(tokens);
            CompiledModel model = Model.of(tokens)
                    .to(Layers.dense(1, Activation.SIGMOID).apply(vectors.at(0)))
                    .compile(Loss.binaryCrossEntropy(), new AdamW(new Adam(1e-4).withGlobalClipNorm(1), 0.01));
            model.fit(dataset, 2);
            model.predict(dataset);
            long before = residentBytes();
            model.fit(dataset, EPOCHS);
            model.predict(dataset);
            long growth = residentBytes() - before;
            assertTrue(
                    growth < LOST / 4,
                    "grew by %d KB; one array per step would be %d KB".formatted(growth / 1024, LOST / 1024));
        }
    }

    private static long residentBytes() {
        System.gc();
        return Pointer.physicalBytes();
    }

    private static Vocabulary vocabulary() {
        return Vocabulary.of(
                IntStream.range(0, VOCABULARY).mapToObj(i -> "w" + i).toList());
    }
}
