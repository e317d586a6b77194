package io.github.bert4j.testdata;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The configuration and the tokenizer of a small model of each kind of encoder, as Hugging Face's directories have them. */
public final class FamilyFiles {
    /** All kinds. */
    public static final List<String> NAMES = List.of(
            "bert",
            "albert",
            "roberta",
            "xlm-roberta",
            "electra",
            "ernie",
            "distilbert",
            "mpnet",
            "roformer",
            "nezha",
            "modernbert");

    private FamilyFiles() {}

    /** Writes the files of one kind, without weights. */
    public static Path write(String name, Path directory) throws IOException {
        Files.createDirectories(directory);
        copy("families/" + name + ".json", directory.resolve("config.json"));
        for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
            copy("tokenizers/" + tokenizer(name) + "/" + file, directory.resolve(file));
        }
        return directory;
    }

    /** Which of the tokenizers it has. */
    public static String tokenizer(String name) {
        return switch (name) {
            case "roberta", "modernbert" -> "byte-pairs";
            case "xlm-roberta" -> "unigrams";
            default -> "word-pieces";
        };
    }

    private static void copy(String resource, Path file) throws IOException {
        try (InputStream in = FamilyFiles.class.getResourceAsStream(resource)) {
            Files.copy(in, file);
        }
    }
}
