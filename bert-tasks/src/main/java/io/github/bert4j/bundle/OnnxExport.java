package io.github.bert4j.bundle;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.bert.Bert;
import io.github.bert4j.files.PendingFile;
import io.github.bert4j.onnx.OnnxModel;
import io.github.bert4j.tokenize.Tokenization;
import io.github.bert4j.tokenize.Vocabulary;
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
    private record Settings(String task, Object head, TokenizerFields tokenizer, List<ModelFile> models) {}

    private record ModelFile(String file, List<String> inputs, List<String> outputs) {}

    /**
     * @param file of the checkpoint's own tokenizer, null where it has none
     * @param positions the most tokens that the model reads
     * @param padding the id behind the shorter rows of a batch; left out where it is 0
     */
    private record TokenizerFields(
            @JsonUnwrapped TokenizerSettings settings,
            String vocabulary,
            @JsonInclude(JsonInclude.Include.NON_NULL) String file,
            int positions,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) int padding) {}

    /**
     * Writes models, {@code vocab.txt} and the settings, each of them under a temporary name first.
     *
     * @param file of the part whose suffix is empty
     * @param head the task's own settings, a record that Jackson can write
     * @throws IllegalArgumentException if the file's name does not end in {@code .onnx}
     * @throws IOException if a file cannot be written, or another vocabulary lies beside it
     */
    public static void write(
            Path file, String task, Object head, Bert bert, Tokenization tokenization, List<Part> parts)
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
        TokenizerFields tokenizer = new TokenizerFields(
                TokenizerSettings.of(tokenization),
                Bundle.VOCABULARY,
                bert.ownTokenizer().isPresent() ? Bundle.TOKENIZER_FILES.get(0) : null,
                bert.config().longestInput(),
                bert.padding());
        if (bert.ownTokenizer().isPresent()) {
            bert.ownTokenizer().get().save(folder);
        }
        PendingFile.write(
                folder.resolve(stem + ".json"),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(new Settings(task, head, tokenizer, files)));
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
