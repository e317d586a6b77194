package io.github.bert4j.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.bert4j.data.Sample;
import io.github.bert4j.models.Model;
import io.github.bert4j.models.Prediction;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A file in ONNX Runtime, beside the model that it was written from. */
public final class Comparison implements AutoCloseable {
    private static final double TOLERANCE = 1e-4;
    private static final int FIRST_WORD = 11; // of the tiny checkpoint; all before it are [PAD] and unused
    private static final int SPECIAL_NUMBERS = 1_000_000_000;

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final List<String> outputs;

    public Comparison(Path file) throws OrtException {
        session = environment.createSession(file.toString());
        outputs = List.copyOf(session.getOutputNames());
    }

    /** Copies the tiny checkpoint into a directory. */
    public static Path tinyBert(Path directory) throws IOException {
        Path target = Files.createDirectories(directory.resolve("tiny-bert"));
        for (String name : List.of(
                "bert_config.json", "vocab.txt", "bert_model.ckpt.index", "bert_model.ckpt.data-00000-of-00001")) {
            try (InputStream in =
                    Comparison.class.getResourceAsStream("/io/github/bert4j/testdata/tiny-bert/" + name)) {
                Files.copy(in, target.resolve(name));
            }
        }
        return target;
    }

    /** Random token ids of several texts, none of them longer than the first. */
    public static int[][] texts(Random random, int words, int... lengths) {
        return Arrays.stream(lengths)
                .mapToObj(length -> random.ints(length, FIRST_WORD, words).toArray())
                .toArray(int[][]::new);
    }

    /** Numbers of the texts' shapes. */
    public static int[][] numbers(Random random, int bound, int[][] texts) {
        return Arrays.stream(texts)
                .map(text -> random.ints(text.length, 0, bound).toArray())
                .toArray(int[][]::new);
    }

    /** The names of the outputs. */
    public List<String> outputs() {
        return outputs;
    }

    /**
     * Runs both on a batch, and holds all outputs that the model has to it.
     *
     * @param inputs in the model's order, one row per text; shorter rows are padded with 0
     * @return the largest difference
     */
    public double compare(Model model, int[][]... inputs) throws OrtException {
        List<Sample> samples = new ArrayList<>();
        for (int row = 0; row < inputs[0].length; row++) {
            int number = row;
            samples.add(Sample.of(Arrays.stream(inputs)
                    .map(rows -> Arrays.copyOf(rows[number], longest(rows)))
                    .toArray(int[][]::new)));
        }
        Map<String, OnnxTensor> tensors = new HashMap<>();
        try {
            for (int i = 0; i < inputs.length; i++) {
                tensors.put(model.inputs().get(i).name(), tensor(inputs[i]));
            }
            return difference(model.predict(samples, samples.size()), run(tensors));
        } finally {
            tensors.values().forEach(OnnxTensor::close);
        }
    }

    /** Holds what the file computed to predictions, one per row. */
    public double difference(List<Prediction> predictions, Map<String, float[]> computed) {
        double worst = 0;
        for (int row = 0; row < predictions.size(); row++) {
            for (int i = 0; i < predictions.get(row).outputs().size(); i++) {
                float[] expected = predictions.get(row).output(i).values();
                float[] all = computed.get(outputs.get(i));
                assertEquals(expected.length * predictions.size(), all.length, outputs.get(i));
                float[] part = Arrays.copyOfRange(all, row * expected.length, (row + 1) * expected.length);
                worst = Math.max(worst, difference(expected, part));
            }
        }
        return worst;
    }

    /** Runs the file alone: its outputs by name. */
    public Map<String, float[]> run(Map<String, OnnxTensor> inputs) throws OrtException {
        Map<String, float[]> values = new HashMap<>();
        try (OrtSession.Result result = session.run(inputs)) {
            for (String output : outputs) {
                FloatBuffer buffer = ((OnnxTensor) result.get(output).orElseThrow()).getFloatBuffer();
                float[] array = new float[buffer.remaining()];
                buffer.get(array);
                values.put(output, array);
            }
        }
        return values;
    }

    /** Rows of ids, shorter ones padded with 0. */
    public OnnxTensor tensor(int[][] rows) throws OrtException {
        int length = longest(rows);
        IntBuffer padded = IntBuffer.allocate(rows.length * length);
        for (int[] row : rows) {
            padded.put(Arrays.copyOf(row, length));
        }
        return OnnxTensor.createTensor(environment, padded.flip(), new long[] {rows.length, length});
    }

    /** Numbers of some shape. */
    public OnnxTensor tensor(float[] values, long... shape) throws OrtException {
        return OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
    }

    /** The largest difference, which is to be at most 1e-4; of the numbers that stand for "never", in proportion. */
    public static double difference(float[] expected, float[] computed) {
        assertEquals(expected.length, computed.length);
        double worst = 0;
        for (int i = 0; i < expected.length; i++) {
            double scale = Math.abs(expected[i]) < SPECIAL_NUMBERS ? 1 : Math.abs(expected[i]);
            worst = Math.max(worst, Math.abs(expected[i] - computed[i]) / scale);
        }
        assertEquals(0, worst, TOLERANCE, "the largest difference");
        return worst;
    }

    private static int longest(int[][] rows) {
        return Arrays.stream(rows).mapToInt(row -> row.length).max().orElseThrow();
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
