package io.github.bert4j.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.checkpoint.SafeTensors;
import io.github.bert4j.checkpoint.TensorSource;
import io.github.bert4j.ops.Plan;
import io.github.bert4j.ops.Results;
import io.github.bert4j.ops.Step;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SDVariable;

class WeightTest {

    @Test
    void startsAtZeroAndHoldsWhatIsAssigned() {
        try (Graph graph = new Graph(1)) {
            Weight weight = graph.weight("w", Shape.of(2, 3));
            assertArrayEquals(new float[6], weight.values());
            weight.assign(new float[] {1, 2, 3, 4, 5, 6});
            assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, weight.values());
            assertEquals(6, weight.view().remaining());
            assertEquals(5, weight.view().get(4));
            assertThrows(ReadOnlyBufferException.class, () -> weight.view().put(0, 1));
            assertEquals(6, weight.variable().getArr().getFloat(1, 2));
        }
    }

    @Test
    void changesWhatTheNextRunComputes() {
        try (Graph graph = new Graph(1)) {
            Weight weight = graph.weight("w", Shape.of(2));
            SDVariable doubled = weight.variable().mul(2);
            Plan plan = Plan.of(graph.sameDiff(), List.of(doubled));
            for (float value : new float[] {3, 4}) {
                weight.assign(new float[] {value, -value});
                try (Results results = graph.run(plan, Map.of(), Step.inference())) {
                    assertArrayEquals(new float[] {2 * value, -2 * value}, results.floats(doubled));
                }
            }
        }
    }

    @Test
    void refusesAnotherNumberOfValues() {
        try (Graph graph = new Graph(1)) {
            Weight weight = graph.weight("w", Shape.of(2, 3));
            String message = assertThrows(IllegalArgumentException.class, () -> weight.assign(new float[5]))
                    .getMessage();
            assertEquals("Weight w (2, 3) holds 6 values, but 5 were given", message);
        }
    }

    @Test
    void loadsATensorOfACheckpoint(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("model.safetensors");
        byte[] header =
                "{\"t\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]}}".getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + 16).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(header.length).put(header);
        bytes.putFloat(1.5f).putFloat(-2).putFloat(3).putFloat(4);
        Files.write(file, bytes.array());
        try (Graph graph = new Graph(1);
                TensorSource source = SafeTensors.open(file)) {
            Weight weight = graph.weight("w", Shape.of(4));
            weight.write(values -> source.readFloats("t", values));
            assertArrayEquals(new float[] {1.5f, -2, 3, 4}, weight.values());
            Weight tooSmall = graph.weight("small", Shape.of(3));
            assertThrows(
                    IllegalArgumentException.class, () -> tooSmall.write(values -> source.readFloats("t", values)));
        }
    }

    @Test
    void refusesANameThatIsTaken() {
        try (Graph graph = new Graph(1)) {
            graph.weight("w", Shape.of(2));
            graph.floats("x", 2);
            for (String name : List.of("w", "x")) {
                String message = assertThrows(IllegalArgumentException.class, () -> graph.weight(name, Shape.of(2)))
                        .getMessage();
                assertTrue(message.contains("already has a variable \"" + name + "\""), message);
            }
        }
    }
}
