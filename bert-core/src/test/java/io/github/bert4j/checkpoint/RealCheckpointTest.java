package io.github.bert4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Checkpoints that other software wrote; the expected values come from an independent reader in Python. */
class RealCheckpointTest {
    @Test
    void listsTheTinyCheckpointWithItsOptimizerSlots() throws IOException {
        try (var source = TensorFlowCheckpoint.open(
                SharedFiles.require("fixtures/keras-bert-tiny").resolve("bert_model.ckpt"))) {
            assertEquals(139, source.tensors().size());
            assertEquals("bert/embeddings/LayerNorm/beta", source.tensors().firstKey());
            assertEquals(new TensorInfo("global_step", DataType.INT64, List.of()), source.tensor("global_step"));
            long bytes = 0;
            for (TensorInfo info : source.tensors().values()) {
                source.read(info.name(), ByteBuffer.allocate((int) info.byteSize()));
                bytes += info.byteSize();
            }
            assertEquals(8420, bytes);
        }
    }
}
