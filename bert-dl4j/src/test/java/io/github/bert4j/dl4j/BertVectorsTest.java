package io.github.bert4j.dl4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.classification.LabelledInput;
import io.github.bert4j.classification.TextInput;
import io.github.bert4j.similarity.Pooling;
import io.github.bert4j.similarity.SentenceEncoder;
import io.github.bert4j.testdata.SampleData;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class BertVectorsTest {
    private static final List<String> LABELS = List.of("好", "差");

    @TempDir
    private static Path folder;

    private static SentenceEncoder encoder;

    @BeforeAll
    static void load() throws IOException {
        encoder = SentenceEncoder.fromCheckpoint(
                SampleData.tinyBert(folder), Pooling.MEAN, SentenceEncoder.DEFAULTS.withMaxLength(60));
    }

    @AfterAll
    static void close() {
        encoder.close();
    }

    @Test
    void hasTheVectorsOfTheEncoderAndTheLabelsOfTheTexts() {
        List<LabelledInput> texts = List.of(text("房间很好", "好"), text("房间很差", "差"), text("一般"));
        BertVectors data = BertVectors.of(encoder, texts, LABELS, 2);

        DataSet first = data.next();
        DataSet last = data.next();

        assertArrayEquals(encoder.encode("房间很差"), first.getFeatures().getRow(1).toFloatVector(), 1e-5f);
        assertArrayEquals(new float[][] {{1, 0}, {0, 1}}, first.getLabels().toFloatMatrix());
        assertArrayEquals(new float[][] {{0, 0}}, last.getLabels().toFloatMatrix());
        assertFalse(data.hasNext());
        assertThrows(NoSuchElementException.class, data::next);
        data.reset();
        assertEquals(first.getFeatures(), data.next().getFeatures());
        assertEquals(LABELS, data.getLabels());
    }

    @Test
    void teachesANetworkWhatTheTextsAre() throws IOException {
        List<LabelledInput> texts = IntStream.range(0, 120)
                .mapToObj(i -> text((i % 2 == 0 ? "好喜欢" : "差失望").repeat(1 + i % 4) + i, LABELS.get(i % 2)))
                .toList();
        List<LabelledInput> others = IntStream.range(120, 160)
                .mapToObj(i -> text((i % 2 == 0 ? "好喜欢" : "差失望").repeat(1 + i % 4) + i, LABELS.get(i % 2)))
                .toList();
        BertVectors train = BertVectors.of(encoder, texts, LABELS, 16);
        BertVectors validation = BertVectors.of(encoder, others, LABELS, 16);
        MultiLayerConfiguration configuration = new NeuralNetConfiguration.Builder()
                .seed(7)
                .updater(new Adam(1e-2))
                .weightInit(WeightInit.XAVIER)
                .list()
                .layer(new DenseLayer.Builder()
                        .nIn(train.inputColumns())
                        .nOut(16)
                        .activation(Activation.TANH)
                        .build())
                .layer(new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(16)
                        .nOut(train.totalOutcomes())
                        .activation(Activation.SOFTMAX)
                        .build())
                .build();
        MultiLayerNetwork network = new MultiLayerNetwork(configuration);
        network.init();

        network.fit(train, 20);

        double accuracy = network.evaluate(validation).accuracy();
        assertTrue(accuracy >= 0.95, "accuracy on texts it has not seen: " + accuracy);
        File saved = folder.resolve("network.zip").toFile();
        network.save(saved);
        validation.reset();
        INDArray features = validation.next().getFeatures();
        assertEquals(
                network.output(features), MultiLayerNetwork.load(saved, true).output(features));
    }

    @Test
    void refusesWhatHasNoVectorOrNoColumn() {
        assertThrows(IllegalArgumentException.class, () -> BertVectors.of(encoder, List.of(), LABELS, 2));
        assertThrows(IllegalArgumentException.class, () -> BertVectors.of(encoder, List.of(text("中", "中")), LABELS, 2));
        LabelledInput pair = new LabelledInput(Set.of("好"), new TextInput("房间", Optional.of("服务")));
        assertThrows(IllegalArgumentException.class, () -> BertVectors.of(encoder, List.of(pair), LABELS, 2));
    }

    private static LabelledInput text(String text, String... labels) {
        return new LabelledInput(Set.of(labels), new TextInput(text, Optional.empty()));
    }
}
