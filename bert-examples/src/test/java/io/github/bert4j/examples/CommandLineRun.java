package io.github.bert4j.examples;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a run of the command line in this JVM gave. */
record CommandLineRun(int exitCode, String out, String err) {

    static CommandLineRun of(String... arguments) {
        return withInput("", arguments);
    }

    static CommandLineRun withInput(String input, String... arguments) {
        var in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int code = Bert4j.run(in, out, err, Interruption.never(), arguments);
        return new CommandLineRun(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    List<String> lines() {
        return out.lines().toList();
    }

    String lastLine() {
        return lines().get(lines().size() - 1);
    }

    /** Copies the tiny random checkpoint to a directory. */
    static Path tinyBert(Path directory) throws IOException {
        Files.createDirectories(directory);
        for (String name : List.of(
                "bert_config.json", "vocab.txt", "bert_model.ckpt.index", "bert_model.ckpt.data-00000-of-00001")) {
            copy("tiny-bert/" + name, directory.resolve(name));
        }
        return directory;
    }

    /** Copies a file of the test data. */
    static Path copy(String resource, Path target) throws IOException {
        try (InputStream in = CommandLineRun.class.getResourceAsStream("/io/github/bert4j/testdata/" + resource)) {
            Files.copy(in, target);
        }
        return target;
    }
}
