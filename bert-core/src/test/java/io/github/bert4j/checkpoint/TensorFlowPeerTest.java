package io.github.bert4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bert4j.SharedFiles;
import io.github.bert4j.bert.Bert;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Weight;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Holds our files to TensorFlow's RestoreV2, and our reader to its SaveV2. TensorFlow runs in a JVM of its own, from jars that
 * only the profile {@code tensorflow} downloads.
 */
@Tag("slow")
class TensorFlowPeerTest {
    private static final List<DataType> TYPES = List.of(
            DataType.FLOAT32,
            DataType.FLOAT64,
            DataType.FLOAT16,
            DataType.BFLOAT16,
            DataType.INT32,
            DataType.INT64,
            DataType.UINT8,
            DataType.UINT16,
            DataType.BOOL);
    private static final List<List<Long>> SHAPES =
            List.of(List.of(), List.of(1L), List.of(0L, 3L), List.of(7L, 5L), List.of(2L, 3L, 4L), List.of(300_000L));

    @TempDir
    private Path folder;

    private record Expected(String name, DataType type, List<Long> shape, byte[] bytes) {
        NamedTensor tensor() {
            return new NamedTensor(new TensorInfo(name, type, shape), () -> ByteBuffer.wrap(bytes));
        }

        String line() {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
                return name + "\t" + type + "\t" + shape + "\t" + HexFormat.of().formatHex(digest);
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void readsEveryTypeAndShape() throws IOException, InterruptedException {
        List<Expected> tensors = randomTensors();
        Path prefix = folder.resolve("types.ckpt");
        TensorFlowCheckpointWriter.write(
                prefix, tensors.stream().map(Expected::tensor).toList());
        assertReads(prefix, tensors);
    }

    @Test
    void readsAnIndexOfManyBlocks() throws IOException, InterruptedException {
        List<Expected> tensors = new ArrayList<>();
        Random random = new Random(3);
        for (int i = 0; i < 500; i++) {
            byte[] bytes = new byte[Float.BYTES * 3];
            random.nextBytes(bytes);
            tensors.add(new Expected("层_" + i + "/kernel", DataType.FLOAT32, List.of(3L), bytes));
        }
        Path prefix = folder.resolve("blocks.ckpt");
        TensorFlowCheckpointWriter.write(
                prefix, tensors.stream().map(Expected::tensor).toList(), 300);
        assertReads(prefix, tensors);
    }

    /** 95 MB of a real model, as Bert.save writes it. */
    @Test
    void readsASavedBert() throws IOException, InterruptedException {
        Path checkpoint = SharedFiles.require("checkpoints/bge-small-zh-v1.5");
        Path saved = folder.resolve("saved");
        List<Expected> tensors = new ArrayList<>();
        try (Graph graph = new Graph(1)) {
            Bert.load(graph, checkpoint).save(saved);
            for (Weight weight : graph.weights()) {
                float[] values = weight.values();
                ByteBuffer bytes =
                        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(values);
                tensors.add(new Expected(
                        weight.name(), DataType.FLOAT32, weight.shape().sizes(), bytes.array()));
            }
        }
        assertReads(saved.resolve("bert_model.ckpt"), tensors);
    }

    @Test
    void areReadWhereTensorFlowWritesThem() throws IOException, InterruptedException {
        List<Expected> tensors = randomTensors();
        List<String> list = new ArrayList<>();
        Path values = Files.createDirectory(folder.resolve("values"));
        for (Expected tensor : tensors) {
            Files.write(values.resolve(String.valueOf(list.size())), tensor.bytes());
            list.add(row(tensor.name(), tensor.type(), tensor.shape(), ""));
        }
        byte[] whole = new byte[6 * 2 * Float.BYTES];
        new Random(4).nextBytes(whole);
        for (int part = 0; part < 2; part++) { // a partitioned variable: rows 0 to 3, and 4 to 5
            int from = part * 4;
            int rows = part == 0 ? 4 : 2;
            Files.write(
                    values.resolve(String.valueOf(list.size())),
                    Arrays.copyOfRange(whole, from * 8, (from + rows) * 8));
            list.add(row("parts", DataType.FLOAT32, List.of((long) rows, 2L), "6 2 %d,%d:0,2".formatted(from, rows)));
        }
        Files.writeString(values.resolve(String.valueOf(list.size())), "今天\n\nabc");
        list.add(row("strings", DataType.STRING, List.of(3L), ""));
        Path prefix = folder.resolve("theirs.ckpt");
        tensorFlow("write", prefix, list, values.toString());
        try (TensorFlowCheckpoint source = TensorFlowCheckpoint.open(prefix)) {
            assertEquals(tensors.size() + 2, source.tensors().size());
            for (Expected tensor : tensors) {
                assertEquals(
                        new TensorInfo(tensor.name(), tensor.type(), tensor.shape()), source.tensor(tensor.name()));
                assertArrayEquals(tensor.bytes(), bytes(source, tensor.name()), tensor.name());
            }
            assertArrayEquals(whole, bytes(source, "parts"));
            assertEquals(
                    List.of("今天", "", "abc"),
                    source.readStrings("strings").stream()
                            .map(text -> new String(text, StandardCharsets.UTF_8))
                            .toList());
        }
    }

    private static List<Expected> randomTensors() {
        List<Expected> tensors = new ArrayList<>();
        Random random = new Random(1);
        for (DataType type : TYPES) {
            for (List<Long> shape : SHAPES) {
                byte[] bytes = new byte[(int) new TensorInfo("x", type, shape).byteSize()];
                random.nextBytes(bytes); // of floats every kind, NaNs among them
                if (type == DataType.BOOL) {
                    for (int i = 0; i < bytes.length; i++) {
                        bytes[i] &= 1;
                    }
                }
                tensors.add(new Expected("t/" + type + "/" + tensors.size(), type, shape, bytes));
            }
        }
        return tensors;
    }

    private static byte[] bytes(TensorSource source, String name) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) source.tensor(name).byteSize());
        source.read(name, bytes);
        return bytes.array();
    }

    private static String row(String name, DataType type, List<Long> shape, String slice) {
        String axes = String.join("x", shape.stream().map(String::valueOf).toList());
        return name + "\t" + type + "\t" + axes + "\t" + slice;
    }

    private void assertReads(Path prefix, List<Expected> tensors) throws IOException, InterruptedException {
        List<String> lines = tensorFlow(
                "read",
                prefix,
                tensors.stream()
                        .map(tensor -> tensor.name() + "\t" + tensor.type())
                        .toList());
        assertEquals(tensors.stream().map(Expected::line).toList(), lines);
    }

    private List<String> tensorFlow(String what, Path prefix, List<String> list, String... more)
            throws IOException, InterruptedException {
        String jars = System.getProperty("tensorflow.jars");
        assumeTrue(jars != null, "mvn -Pslow,tensorflow downloads TensorFlow and runs this");
        Path rows = Files.write(folder.resolve("list.tsv"), list);
        Path out = folder.resolve("out.txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dfile.encoding=UTF-8",
                "-cp",
                jars + "/*",
                Path.of("src", "peer", "TensorFlowCheckpoints.java").toString(),
                what,
                prefix.toString(),
                rows.toString()));
        command.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile());
        Path err = folder.resolve("err.txt");
        Process process = builder.redirectError(err.toFile()).start();
        assertEquals(true, process.waitFor(5, TimeUnit.MINUTES), "TensorFlow takes too long");
        assertEquals(0, process.exitValue(), Files.readString(err));
        return Files.readAllLines(out).stream()
                .filter(line -> line.contains("\t"))
                .toList();
    }
}
