package io.github.bert4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints as Hugging Face's {@code save_pretrained} splits them: an index and numbered files. */
class ShardedSafeTensorsTest {
    private static final String FIRST = "model-00001-of-00002.safetensors";
    private static final String SECOND = "model-00002-of-00002.safetensors";

    @TempDir
    private Path folder;

    private Path index;

    @BeforeEach
    void writeTwoFiles() throws IOException {
        index = folder.resolve("model.safetensors.index.json");
        SafeTensorsWriter.write(
                folder.resolve(FIRST),
                Map.of(),
                List.of(NamedTensor.ofFloats("a", List.of(2L), 1, 2), NamedTensor.ofFloats("unlisted", List.of(), 3)));
        SafeTensorsWriter.write(folder.resolve(SECOND), Map.of(), List.of(NamedTensor.ofFloats("b", List.of(1L), 4)));
    }

    @Test
    void readsTheTensorsThatTheIndexNames() throws IOException {
        writeIndex("{'metadata':{'total_size':12},'weight_map':{'a':'%s','b':'%s'}}", FIRST, SECOND);
        TensorSource source = TensorSource.open(folder);
        assertInstanceOf(ShardedSafeTensors.class, source);
        assertEquals(index, source.location());
        assertEquals(List.of("a", "b"), List.copyOf(source.tensors().keySet()));
        assertEquals(List.of(1.0, 2.0), values(source, "a"));
        assertEquals(List.of(4.0), values(source, "b"));
        source.close();
        assertThrows(IllegalStateException.class, () -> values(source, "b"));
    }

    @Test
    void needsTheIndexToTakeNumberedFilesForParts() throws IOException {
        String message = assertThrows(IllegalArgumentException.class, () -> TensorSource.open(folder))
                .getMessage();
        assertTrue(message.contains("[" + FIRST + ", " + SECOND + "]"), message);
    }

    @Test
    void refusesTensorsThatAreNotWhereTheIndexSays() throws IOException {
        writeIndex("{'weight_map':{'a':'%s','b':'%s'}}", FIRST, FIRST);
        assertEquals(folder.resolve(FIRST), refuses("'b' is not here").path());
        writeIndex("{'weight_map':{'a':'absent.safetensors'}}");
        assertThrows(NoSuchFileException.class, () -> ShardedSafeTensors.open(index));
    }

    @Test
    void refusesAnIndexThatIsNone() throws IOException {
        writeIndex("{");
        refuses("not JSON");
        writeIndex("{}");
        refuses("no weight_map");
        writeIndex("{'weight_map':['%s']}", FIRST);
        refuses("no weight_map");
    }

    private void writeIndex(String json, Object... files) throws IOException {
        Files.writeString(index, json.formatted(files).replace('\'', '"'));
    }

    private MalformedCheckpointException refuses(String reason) {
        var refusal = assertThrows(MalformedCheckpointException.class, () -> ShardedSafeTensors.open(index));
        assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
        return refusal;
    }

    private static List<Double> values(TensorSource source, String name) throws IOException {
        List<Double> values = new ArrayList<>();
        source.values(name, values::add);
        return values;
    }
}
