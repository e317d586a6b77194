package io.github.bert4j.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.bert.BertConfig;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.kernels.Kernels;
import io.github.bert4j.kernels.PortableKernels;
import io.github.bert4j.layers.Activation;
import io.github.bert4j.layers.Layers;
import io.github.bert4j.tokenize.Vocabulary;
import io.github.bert4j.train.Loss;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What a session's pool holds after a run is the reference. */
class PooledMemoryTest {
    private static final BertConfig CONFIG = new BertConfig(50, 64, 2, 4, 256, 128, 2, 0.1, 0.1, 0.02, Gelu.TANH);
    private static final Step STEP = new Step(true, 1, 0);

    private final Graph graph = new Graph(1);

    @AfterEach
    void close() {
        graph.close();
    }

    @ParameterizedTest
    @CsvSource({"3, 20", "7, 33", "16, 60", "40, 128"})
    void tellsWhatATrainingStepOfBertTakes(int batchSize, int length) {
        Plan plan = training();
        PooledMemory memory = PooledMemory.of(plan, graph.kernels(), STEP, batch(1, length), batch(2, length));
        try (Session session = new Session(graph.sameDiff(), graph.kernels())) {
            session.run(plan, batch(batchSize, length), STEP).close();
            assertEquals(session.used() * Float.BYTES, memory.bytes(batchSize));
        }
    }

    /** Stock ops may hand on or view their input. */
    @Test
    void tellsWhatViewsTake() {
        SameDiff stock = SameDiff.create();
        SDVariable x = stock.placeHolder("x", DataType.FLOAT, -1, 100, 60);
        SDVariable y = stock.math().tanh(x);
        SDVariable z = stock.math()
                .tanh(stock.identity(y).reshape(-1, 60).permute(1, 0))
                .add(1);
        Plan plan = Plan.of(stock, List.of(z, stock.concat(0, y, y, x)));
        try (Kernels kernels = new PortableKernels();
                Session session = new Session(stock, kernels)) {
            PooledMemory memory = PooledMemory.of(plan, kernels, STEP, samples(1), samples(2));
            session.run(plan, samples(9), STEP).close();
            assertEquals(session.used() * Float.BYTES, memory.bytes(9));
        }
    }

    @Test
    void refusesWhatIsNoLongerTheSamePlanOfArrays() {
        SameDiff stock = SameDiff.create();
        SDVariable x = stock.placeHolder("x", DataType.FLOAT, -1, 100, 60);
        Plan plan = Plan.of(stock, List.of(new OneMoreForTwo(x).output()));
        try (Kernels kernels = new PortableKernels()) {
            String message = assertThrows(
                            IllegalStateException.class,
                            () -> PooledMemory.of(plan, kernels, STEP, samples(1), samples(2)))
                    .getMessage();
            assertTrue(message.startsWith("One sample and two are computed with different arrays"), message);
        }
    }

    /** Its output has a type that is pooled for two samples and one that is not for one. */
    private static final class OneMoreForTwo extends GraphOp {
        private DataType type;

        OneMoreForTwo(SDVariable input) {
            super(input);
        }

        @Override
        long[][] outputShapes(INDArray[] inputs) {
            type = inputs[0].size(0) == 1 ? DataType.INT32 : DataType.FLOAT;
            return new long[][] {inputs[0].shape()};
        }

        @Override
        public List<DataType> calculateOutputDataTypes(List<DataType> inputTypes) {
            return List.of(type == null ? DataType.FLOAT : type);
        }

        @Override
        void execute(Step step, Kernels kernels, INDArray[] inputs, INDArray[] outputs) {}
    }

    private Plan training() {
        Tensor tokens = graph.ids("tokens");
        Tensor labels = graph.floats("labels", Shape.UNKNOWN, 1);
        Tensor x = Bert.random(graph, CONFIG, Vocabulary.of(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]")))
                .apply(tokens);
        Tensor output = Layers.dense(1, Activation.SIGMOID).apply(x.at(0));
        SDVariable loss =
                Loss.binaryCrossEntropy().term(output, labels).numerator().variable();
        List<SDVariable> weights =
                graph.weights().stream().map(Weight::variable).toList();
        return Plan.of(
                graph.sameDiff(),
                Gradients.parts(loss, weights).values().stream()
                        .flatMap(Gradients.Parts::variables)
                        .toList());
    }

    private static Map<String, INDArray> batch(int size, int length) {
        int[] ids = new int[size * length];
        Arrays.setAll(ids, i -> 1 + i % length % 49);
        return Map.of(
                "tokens", Nd4j.createFromArray(ids).reshape(size, length),
                "labels", Nd4j.zeros(DataType.FLOAT, size, 1));
    }

    private static Map<String, INDArray> samples(int size) {
        return Map.of("x", Nd4j.rand(DataType.FLOAT, size, 100, 60));
    }
}
