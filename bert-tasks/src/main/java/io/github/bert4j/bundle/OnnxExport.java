package io.github.bert4j.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.bert.Bert;
import io.github.bert4j.checkpoint.PendingFile;
import io.github.bert4j.onnx.OnnxModel;
import io.github.bert4j.tokenize.OurTokenizer;
import io.github.bert4j.tokenize.Tokenizer;
import io.github.bert4j.tokenize.Vocabulary;
import io.github.bert4j.tokenize.WordPieceTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes a task's models as ONNX, with what a program without this library needs to use them. */
public final class OnnxExport {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ENDING = ".onnx";

    private OnnxExport() {}

    /** One of several models, with what is added to the file's name for it. */
    public record Part(String suffix, OnnxModel model) {}

    /**
     * The settings, as JSON.
     *
     * @param head the task's own settings, those of a bundle
     */
    private record Settings(Task task, Object head, Tokenization tokenizer, List<ModelFile> models) {}

    private record ModelFile(String file, List<String> inputs, List<String> outputs) {}

    /** @param positions the most tokens that the model reads */
    private record Tokenization(Kind kind, boolean lowerCases, String vocabulary, int positions) {}

    /** What becomes a token. */
    private enum Kind {
        @JsonProperty("characters")
        CHARACTERS,
        @JsonProperty("word_pieces")
        WORD_PIECES;

        static Kind of(Tokenizer tokenizer) {
            if (tokenizer instanceof OurTokenizer) {
                return CHARACTERS;
            } else if (tokenizer instanceof WordPieceTokenizer) {
                return WORD_PIECES;
            }
            throw new IllegalStateException("Unknown tokenizer " + tokenizer);
        }
    }

    /** Writes a task's only model, {@code vocab.txt} and the settings; as for {@link #write(Path, Task, Object, Bert, Tokenizer, List)}. */
    public static void write(Path file, Task task, Object head, Bert bert, Tokenizer tokenizer, OnnxModel model)
            throws IOException {
        write(file, task, head, bert, tokenizer, List.of(new Part("", model)));
    }

    /**
     * Writes models, {@code vocab.txt} and the settings, each of them under a temporary name first.
     *
     * @param file of the part whose suffix is empty
     * @param head the task's own settings, a record that Jackson can write
     * @throws IllegalArgumentException if the file's name does not end in {@code .onnx}
     * @throws IOException if a file cannot be written, or another vocabulary lies beside it
     */
    public static void write(Path file, Task task, Object head, Bert bert, Tokenizer tokenizer, List<Part> parts)
            throws IOException {
        String name = file.getFileName().toString();
        if (!name.endsWith(ENDING)) {
            throw new IllegalArgumentException(file + " is no name of a model: expected one that ends in " + ENDING);
        }
        String stem = name.substring(0, name.length() - ENDING.length());
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        saveVocabulary(bert.vocabulary(), folder.resolve(Bundle.VOCABULARY));
        List<ModelFile> files = new ArrayList<>();
        for (Part part : parts) {
            String partName = stem + part.suffix() + ENDING;
            part.model().write(folder.resolve(partName));
            files.add(
                    new ModelFile(partName, part.model().inputs(), part.model().outputs()));
        }
        Tokenization tokenization = new Tokenization(
                Kind.of(tokenizer),
                tokenizer.lowerCases(),
                Bundle.VOCABULARY,
                bert.config().maxPositionEmbeddings());
        PendingFile.write(
                folder.resolve(stem + ".json"),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(new Settings(task, head, tokenization, files)));
    }

    private static void saveVocabulary(Vocabulary vocabulary, Path file) throws IOException {
        if (!Files.exists(file)) {
            vocabulary.save(file);
        } else if (!Vocabulary.load(file).equals(vocabulary)) {
            throw new IOException(
                    file + " is another vocabulary than the model's: choose another folder, or remove it first");
        }
    }
}
