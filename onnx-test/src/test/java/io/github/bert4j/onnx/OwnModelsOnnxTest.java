package io.github.bert4j.onnx;

import static io.github.bert4j.layers.Layers.bidirectional;
import static io.github.bert4j.layers.Layers.conv1D;
import static io.github.bert4j.layers.Layers.cosine;
import static io.github.bert4j.layers.Layers.gru;
import static io.github.bert4j.layers.Layers.lstm;
import static io.github.bert4j.layers.Layers.maxPooling;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.bert4j.bert.Bert;
import io.github.bert4j.bert.BertConfig;
import io.github.bert4j.data.Batch;
import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.IntValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.data.Values;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.layers.Activation;
import io.github.bert4j.models.Model;
import io.github.bert4j.models.OwnModels;
import io.github.bert4j.models.Prediction;
import io.github.bert4j.testdata.FamilyFiles;
import io.github.bert4j.tokenize.CheckpointTokenizer;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/** The models of the guide "Models of your own", each layer and each operation on tensors, in ONNX Runtime. */
class OwnModelsOnnxTest {
    private static final double TOLERANCE = 1e-5;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(OwnModels.class)
    void computesTheModelsOfTheGuide(OwnModels own) throws IOException, OrtException {
        try (Graph graph = new Graph(5)) {
            compare(own.build(graph).model(), own.samples(8, 3, false));
        }
    }

    @ParameterizedTest
    @FieldSource("io.github.bert4j.testdata.FamilyFiles#NAMES")
    void computesEveryKindOfEncoder(String name) throws IOException, OrtException {
        Path files = FamilyFiles.write(name, folder.resolve(name));
        CheckpointTokenizer tokenizer = CheckpointTokenizer.load(files);
        try (Graph graph = new Graph(5)) {
            Tensor tokens = graph.ids("tokens");
            Tensor segments = graph.ids("segments");
            Bert bert = Bert.random(graph, BertConfig.of(files), tokenizer);
            Tensor x = bert.apply(tokens, segments);
            Random random = new Random(3);
            List<Sample> samples = IntStream.of(9, 3, 12)
                    .mapToObj(length -> Sample.of(
                            random.ints(length, 5, tokenizer.vocabulary().size())
                                    .toArray(),
                            random.ints(length, 0, 2).toArray()))
                    .toList();
            compare(Model.of(tokens, segments).to(x, x.at(0), x.at(4), bert.maskedWordLogits(x.at(2))), samples);
        }
    }

    @Test
    void computesTheLayersOfSequences() throws IOException, OrtException {
        compare((x, tokens) -> new Tensor[] {
            lstm(3).apply(x, tokens),
            lstm(3).withSequences().withBackwards().apply(x, tokens),
            gru(3).withBackwards().apply(x, tokens),
            bidirectional(gru(3).withSequences()).apply(x, tokens),
            conv1D(3, 2, Activation.TANH).apply(x, tokens),
            conv1D(2, 5, Activation.RELU).apply(x, tokens),
            maxPooling().apply(x, tokens)
        });
    }

    @Test
    void computesTheAlgebraOfTensors() throws IOException, OrtException {
        compare((x, tokens) -> new Tensor[] {
            x.plus(1).minus(0.5).times(2).divide(3).negate(),
            x.square().plus(1).sqrt().log().exp().tanh().relu(),
            x.abs().pow(3),
            x.greaterThan(x.times(2))
                    .plus(x.greaterOrEqual(0))
                    .plus(x.lessThan(0.1))
                    .plus(x.lessOrEqual(x.abs())),
            x.equalTo(x.relu()).plus(x.notEqualTo(x.abs())).plus(x.notEqualTo(0)),
            x.sum(1).concat(-1, x.mean(1), x.max(1)),
            x.transpose(0, 2, 1).matmul(x),
            x.slice(2, 1, 3).softmax(),
            x.slice(1, 0, 2).reshape(Shape.UNKNOWN, 8).sigmoid(),
            x.cumulativeSum(1),
            x.cast(Tensor.Type.INT32).cast(Tensor.Type.FLOAT32),
            x.max(1).expandDims(1).squeeze(1),
            cosine().apply(x.sum(1), x.max(1)),
            x.cosine(x.plus(1))
        });
    }

    private void compare(BiFunction<Tensor, Tensor, Tensor[]> outputs) throws IOException, OrtException {
        try (Graph graph = new Graph(5)) {
            Tensor tokens = graph.ids("tokens");
            Tensor x = graph.floats("x", Shape.UNKNOWN, Shape.UNKNOWN, 4);
            Random random = new Random(3);
            List<Sample> samples = List.of(sample(random, 5), sample(random, 2), sample(random, 3));
            compare(Model.of(tokens, x).to(outputs.apply(x, tokens)), samples);
        }
    }

    private static Sample sample(Random random, int length) {
        float[] x = new float[4 * length];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
        }
        return Sample.of(new IntValues(random.ints(length, 1, 9).toArray(), length), new FloatValues(x, length, 4));
    }

    /** With the model's padding in the place of 0. */
    private static Values padded(Values values, int padding) {
        return values instanceof IntValues ints && padding != 0
                ? new IntValues(
                        IntStream.of(ints.values())
                                .map(id -> id == 0 ? padding : id)
                                .toArray(),
                        ints.shape())
                : values;
    }

    private void compare(Model model, List<Sample> samples) throws IOException, OrtException {
        Path file = folder.resolve("model.onnx");
        OnnxModel.of(model).write(file);
        Batch batch = Batch.of(samples);
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        Map<String, OnnxTensor> inputs = new HashMap<>();
        try (OrtSession session = environment.createSession(file.toString())) {
            for (int i = 0; i < model.inputs().size(); i++) {
                inputs.put(
                        model.inputs().get(i).name(),
                        tensor(
                                environment,
                                padded(
                                        batch.inputs().get(i),
                                        model.inputs().get(i).padding())));
            }
            try (OrtSession.Result results = session.run(inputs)) {
                List<Prediction> predictions = model.predict(samples, samples.size());
                for (int output = 0; output < model.outputs().size(); output++) {
                    OnnxTensor result =
                            (OnnxTensor) results.get("output_" + (output + 1)).orElseThrow();
                    float[] values = new float[result.getFloatBuffer().remaining()];
                    result.getFloatBuffer().get(values);
                    int stride = values.length / samples.size();
                    for (int row = 0; row < samples.size(); row++) {
                        float[] own = predictions.get(row).output(output).values();
                        assertTrue(own.length <= stride);
                        float[] found = Arrays.copyOfRange(values, row * stride, row * stride + own.length);
                        for (int i = 0; i < own.length; i++) {
                            assertEquals(
                                    own[i],
                                    found[i],
                                    TOLERANCE * Math.max(1, Math.abs(own[i])),
                                    "output %d of row %d, element %d".formatted(output + 1, row, i));
                        }
                    }
                }
            }
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private static OnnxTensor tensor(OrtEnvironment environment, Values values) throws OrtException {
        long[] shape = Arrays.stream(values.shape()).asLongStream().toArray();
        return values instanceof IntValues ints
                ? OnnxTensor.createTensor(environment, IntBuffer.wrap(ints.values()), shape)
                : OnnxTensor.createTensor(environment, FloatBuffer.wrap(((FloatValues) values).values()), shape);
    }
}
