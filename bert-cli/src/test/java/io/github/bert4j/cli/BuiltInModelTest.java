package io.github.bert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.builtin.BuiltInModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BuiltInModelTest {
    /** What ONNX Runtime gives for the same file: the first numbers of the vector of [CLS], and its length. */
    private static final double[] FIRST = {
        0.1658871, 0.2963328, 0.1055224, -0.1775789, -0.4972598, -0.2762868, -0.05332188, -0.08859481
    };

    private static final double LENGTH = 6.977372;

    @Test
    void agreesWithOnnxRuntime() throws IOException {
        var run = CommandLineRun.withInput("北京是中国的首都\n", "encode", "--json", "--checkpoint", BuiltInModel.NAME);
        assertEquals(0, run.exitCode(), run.err());
        JsonNode row = new ObjectMapper().readTree(run.out());
        assertEquals(
                "[101,1266,776,3221,704,1744,4638,7674,6963,102]",
                row.get("input_ids").toString());
        JsonNode vector = row.get("sequence_output").get(0);
        for (int i = 0; i < FIRST.length; i++) {
            assertEquals(FIRST[i], vector.get(i).asDouble(), 5e-5);
        }
        double squares = 0;
        for (JsonNode number : vector) {
            squares += number.asDouble() * number.asDouble();
        }
        assertEquals(LENGTH, Math.sqrt(squares), 5e-5);
        assertTrue(row.get("pooled_output").isNull(), "it has no pooler");
        assertTrue(row.get("mlm_top5").isNull(), "it has no such head");
        assertTrue(row.get("nsp_logits").isNull(), "it has no such head");
    }

    @Test
    void leavesNothingBehind() throws IOException {
        Path directory;
        try (var model = BuiltInModel.unpack()) {
            directory = model.directory();
            assertTrue(Files.exists(directory.resolve("model.onnx")));
        }
        assertFalse(Files.exists(directory));
    }
}
