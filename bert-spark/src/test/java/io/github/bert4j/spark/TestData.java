package io.github.bert4j.spark;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Files of {@code src-test-data}. */
public final class TestData {
    private static final List<String> TINY_BERT =
            List.of("vocab.txt", "bert_config.json", "bert_model.ckpt.index", "bert_model.ckpt.data-00000-of-00001");

    private TestData() {}

    /** Copies a small random checkpoint into a new folder. */
    public static Path tinyBert(Path folder) throws IOException {
        Path target = Files.createTempDirectory(folder, "tiny-bert");
        for (String name : TINY_BERT) {
            try (InputStream in = TestData.class.getResourceAsStream("/io/github/bert4j/testdata/tiny-bert/" + name)) {
                Files.copy(in, target.resolve(name));
            }
        }
        return target;
    }

    /** As {@link #tinyBert}, for training that has nothing random but the order of rows. */
    public static Path tinyBertWithoutDropout(Path folder) throws IOException {
        Path target = tinyBert(folder);
        Path config = target.resolve("bert_config.json");
        Files.writeString(config, Files.readString(config).replaceAll("(dropout_prob\": )0.1", "$10"));
        return target;
    }
}
