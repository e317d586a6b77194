package io.github.bert4j.relation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bert4j.TestData;
import io.github.bert4j.bert.Bert;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.IntValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.models.CompiledModel;
import io.github.bert4j.models.Model;
import io.github.bert4j.models.Prediction;
import io.github.bert4j.text.LabelledSpan;
import io.github.bert4j.text.TokenSpan;
import io.github.bert4j.train.Adam;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RelationModelsTest {
    private static final int PREDICATES = 3;

    /** Two subjects in the first text, so that a start and an end can be drawn that do not belong together. */
    private static final List<TrainingText> TEXTS = List.of(
            new TrainingText(
                    new int[] {12, 700, 701, 702, 703, 704, 705, 706, 13},
                    Map.of(
                            new TokenSpan(1, 2),
                            List.of(new LabelledSpan(new TokenSpan(4, 5), 0), new LabelledSpan(new TokenSpan(4, 4), 2)),
                            new TokenSpan(6, 7),
                            List.of(new LabelledSpan(new TokenSpan(3, 3), 1)))),
            new TrainingText(
                    new int[] {12, 800, 801, 802, 803, 13},
                    Map.of(new TokenSpan(2, 4), List.of(new LabelledSpan(new TokenSpan(1, 1), 1)))),
            new TrainingText(
                    new int[] {12, 900, 901, 13},
                    Map.of(new TokenSpan(1, 1), List.of(new LabelledSpan(new TokenSpan(2, 2), 2)))));

    @TempDir
    Path folder;

    private final Graph graph = new Graph(11);
    private RelationModels models;

    @BeforeEach
    void build() throws IOException {
        models = RelationModels.of(graph, Bert.load(graph, TestData.tinyBert(folder)), PREDICATES);
    }

    @AfterEach
    void close() {
        graph.close();
    }

    @Test
    void computesTheLossOfTheFormula() {
        for (int seed = 0; seed < 4; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<Sample> batch =
                    TEXTS.stream().map(text -> text.sample(PREDICATES, random)).toList();
            CompiledModel compiled = models.training().compile(models.loss(), new Adam(1e-3));
            double expected = loss(batch);
            assertEquals(expected, evaluate(compiled, batch, 3), 1e-5, "as one batch");
            assertEquals(expected, evaluate(compiled, batch, 1), 1e-5, "text by text");
        }
    }

    @Test
    void findsTheSameObjectsInATextEncodedBefore() {
        Model fromTokens = Model.of(
                        models.training().inputs().get(0),
                        models.objects().inputs().get(1),
                        models.objects().inputs().get(2))
                .to(
                        models.training().outputs().get(2),
                        models.training().outputs().get(3));
        List<int[]> subjects = List.of(new int[] {1, 2}, new int[] {3, 3}, new int[] {1, 6});
        List<Sample> whole = subjects.stream()
                .map(subject -> Sample.of(TEXTS.get(0).ids()).with(IntValues.of(subject[0]), IntValues.of(subject[1])))
                .toList();
        FloatValues vectors = encoding(TEXTS.get(0).ids());
        List<Sample> again = subjects.stream()
                .map(subject -> Sample.of(vectors, IntValues.of(subject[0]), IntValues.of(subject[1])))
                .toList();
        List<Prediction> expected = fromTokens.predict(whole, 3);
        List<Prediction> found = models.objects().predict(again, 2);
        for (int i = 0; i < subjects.size(); i++) {
            for (int output = 0; output < 2; output++) {
                assertArrayEquals(
                        expected.get(i).output(output).shape(),
                        found.get(i).output(output).shape());
                assertArrayEquals(
                        expected.get(i).output(output).values(),
                        found.get(i).output(output).values(),
                        1e-6f);
            }
        }
    }

    private static double evaluate(CompiledModel compiled, List<Sample> batch, int batchSize) {
        return compiled.evaluate(Dataset.of(batch, batchSize, sample -> sample)).loss();
    }

    private FloatValues encoding(int[] ids) {
        return models.subjects().predict(List.of(Sample.of(ids)), 1).get(0).output(2);
    }

    /**
     * The loss in double precision, from BERT's vectors and the weights of the dense layers alone: binary cross-entropies of
     * real tokens over their number, those of objects summed over predicates.
     */
    private double loss(List<Sample> batch) {
        Map<String, float[]> weights = models.training().weights().stream()
                .filter(weight -> weight.name().startsWith("dense_"))
                .collect(Collectors.toMap(Weight::name, Weight::values));
        assertEquals(8, weights.size());
        double[] sums = new double[4];
        int tokens = 0;
        for (Sample sample : batch) {
            int[] ids = ((IntValues) sample.inputs().get(0)).values();
            FloatValues vectors = encoding(ids);
            int first = ((IntValues) sample.inputs().get(3)).values()[0];
            int last = ((IntValues) sample.inputs().get(4)).values()[0];
            tokens += ids.length;
            for (int pointer = 0; pointer < 4; pointer++) {
                FloatValues labels =
                        (FloatValues) sample.inputs().get(List.of(1, 2, 5, 6).get(pointer));
                float[] kernel = weights.get("dense_" + (pointer + 1) + "/kernel");
                float[] bias = weights.get("dense_" + (pointer + 1) + "/bias");
                for (int token = 0; token < ids.length; token++) {
                    for (int label = 0; label < bias.length; label++) {
                        double logit = bias[label];
                        for (int i = 0; i < vectors.shape()[1]; i++) {
                            double x = vectors.get(token, i);
                            if (pointer >= 2) {
                                x += ((double) vectors.get(first, i) + vectors.get(last, i)) / 2;
                            }
                            logit += x * kernel[i * bias.length + label];
                        }
                        double p = 1 / (1 + Math.exp(-logit));
                        sums[pointer] -= Math.log(labels.get(token, label) == 1 ? p : 1 - p);
                    }
                }
            }
        }
        return (sums[0] + sums[1] + sums[2] + sums[3]) / tokens;
    }
}
