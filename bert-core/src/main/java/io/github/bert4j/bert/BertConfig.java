package io.github.bert4j.bert;

import io.github.bert4j.checkpoint.Downloads;
import io.github.bert4j.kernels.Gelu;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The sizes of a BERT model: {@code bert_config.json} of google-research/bert, {@code albert_config.json} of
 * google-research/albert, or {@code config.json} of Hugging Face's transformers.
 *
 * @param vocabSize rows of the word embeddings
 * @param hiddenSize width of every layer's output
 * @param numHiddenLayers encoder layers
 * @param numAttentionHeads heads per layer; divides {@code hiddenSize}
 * @param intermediateSize width of the feed-forward layer
 * @param maxPositionEmbeddings number of positions; what can be read, {@link #longestInput} says
 * @param typeVocabSize number of segments; 0 where the model has no embeddings of them
 * @param hiddenDropout dropout of the embeddings and of both sub-layer outputs
 * @param attentionDropout dropout of the attention probabilities
 * @param initializerRange deviation of new weights
 * @param gelu which function {@code hidden_act} "gelu" means
 * @param architecture whose layers the model has
 * @param embeddingSize width of the embeddings; another than {@code hiddenSize} in ALBERT only
 * @param hiddenActivation {@code hidden_act}
 * @param design what of the encoder is otherwise than in BERT
 */
public record BertConfig(
        int vocabSize,
        int hiddenSize,
        int numHiddenLayers,
        int numAttentionHeads,
        int intermediateSize,
        int maxPositionEmbeddings,
        int typeVocabSize,
        double hiddenDropout,
        double attentionDropout,
        double initializerRange,
        Gelu gelu,
        Architecture architecture,
        int embeddingSize,
        HiddenActivation hiddenActivation,
        Design design) {
    /** The file's name in a checkpoint's directory. */
    public static final String FILE_NAME = "bert_config.json";

    /** Its name in the directories of Google's ALBERT. */
    public static final String ALBERT_FILE_NAME = "albert_config.json";

    /** Its name in Hugging Face's directories. */
    public static final String HUGGING_FACE_FILE_NAME = "config.json";

    /** What Google's code, and so Google's checkpoints, mean by "gelu" since 2019. */
    public static final Gelu DEFAULT_GELU = Gelu.TANH;

    /** The deepest model that was published has 1000; a file that asks for many more is damaged or meant to harm. */
    private static final int MOST_LAYERS = 1024;

    /** Which encoder it is: what Hugging Face's files call {@code model_type}. What it computes, {@link Design} says. */
    public enum Architecture {
        /** Every layer has its own weights. */
        BERT,
        /**
         * All layers share one set, and embeddings may be narrower than the layers.
         *
         * <p>Source: Lan et al., "ALBERT: A Lite BERT for Self-supervised Learning of Language Representations", section
         * 3.1.
         */
        ALBERT,
        ROBERTA,
        XLM_ROBERTA,
        ELECTRA,
        ERNIE,
        DISTILBERT,
        MPNET,
        ROFORMER,
        NEZHA,
        MODERNBERT;

        /** Whether embeddings may be narrower than the layers. */
        boolean mapsEmbeddings() {
            return this == ALBERT || this == ELECTRA || this == ROFORMER;
        }
    }

    /** The function within the feed-forward layers and the masked-word head. */
    public enum HiddenActivation {
        GELU,
        /** Google's Chinese ALBERT. */
        RELU
    }

    /** A plain BERT's sizes. */
    public BertConfig(
            int vocabSize,
            int hiddenSize,
            int numHiddenLayers,
            int numAttentionHeads,
            int intermediateSize,
            int maxPositionEmbeddings,
            int typeVocabSize,
            double hiddenDropout,
            double attentionDropout,
            double initializerRange,
            Gelu gelu) {
        this(
                vocabSize,
                hiddenSize,
                numHiddenLayers,
                numAttentionHeads,
                intermediateSize,
                maxPositionEmbeddings,
                typeVocabSize,
                hiddenDropout,
                attentionDropout,
                initializerRange,
                gelu,
                Architecture.BERT,
                hiddenSize,
                HiddenActivation.GELU,
                Design.BERT);
    }

    public BertConfig {
        requirePositive("vocab_size", vocabSize);
        requirePositive("hidden_size", hiddenSize);
        requirePositive("num_hidden_layers", numHiddenLayers);
        requirePositive("num_attention_heads", numAttentionHeads);
        requirePositive("intermediate_size", intermediateSize);
        requirePositive("max_position_embeddings", maxPositionEmbeddings);
        if (typeVocabSize < 0) {
            throw new IllegalArgumentException("type_vocab_size is " + typeVocabSize + ", expected 0 or more");
        }
        if (maxPositionEmbeddings - design.positions().first() < 1) {
            throw new IllegalArgumentException("max_position_embeddings is %d, but the first position is %d"
                    .formatted(maxPositionEmbeddings, design.positions().first()));
        }
        requirePositive("embedding_size", embeddingSize);
        requireRate("hidden_dropout_prob", hiddenDropout);
        requireRate("attention_probs_dropout_prob", attentionDropout);
        if (numHiddenLayers > MOST_LAYERS) {
            throw new IllegalArgumentException(
                    "num_hidden_layers is %d, expected at most %d".formatted(numHiddenLayers, MOST_LAYERS));
        }
        if (hiddenSize % numAttentionHeads != 0) {
            throw new IllegalArgumentException("hidden_size %d is not a multiple of num_attention_heads %d"
                    .formatted(hiddenSize, numAttentionHeads));
        }
        if (!architecture.mapsEmbeddings() && embeddingSize != hiddenSize) {
            throw new IllegalArgumentException(
                    "embedding_size is %d and hidden_size %d: a BERT's are equal; an ALBERT has num_hidden_groups"
                            .formatted(embeddingSize, hiddenSize));
        }
    }

    /**
     * Reads the configuration in a checkpoint's directory: {@code bert_config.json}, {@code albert_config.json} or
     * {@code config.json}.
     *
     * @param checkpoint the directory, or a checkpoint's file in it
     * @throws IOException if there is none of them or more than one, or as {@link #load} does
     */
    public static BertConfig of(Path checkpoint) throws IOException {
        Path directory = Bert.directory(checkpoint);
        List<Path> found = Stream.of(FILE_NAME, ALBERT_FILE_NAME, HUGGING_FACE_FILE_NAME)
                .map(directory::resolve)
                .filter(Files::exists)
                .toList();
        if (found.size() > 1) {
            throw new IOException(
                    "%s has several configurations: %s, which can mean different models: leave the one that came with the weights"
                            .formatted(
                                    directory,
                                    found.stream().map(Path::getFileName).toList()));
        }
        return load(found.isEmpty() ? otherwiseNamed(directory) : found.get(0));
    }

    /** Some publish a model's file as {@code bert_config_rbt3.json}. */
    private static Path otherwiseNamed(Path directory) throws IOException {
        Downloads.requireDirectory(directory);
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "{bert,albert}_config*.json")) {
            files.forEach(found::add);
        }
        if (found.size() != 1) {
            throw new NoSuchFileException(
                    directory.toString(),
                    null,
                    "there is no %s: expected %s or %s here, found %s"
                            .formatted(FILE_NAME, FILE_NAME, HUGGING_FACE_FILE_NAME, Downloads.listing(directory)));
        }
        return found.get(0);
    }

    /**
     * Reads a configuration. A {@code hidden_act} of "gelu" is erf in a file named {@code config.json}, where Hugging
     * Face's library computes it so; elsewhere it is what the field "gelu" of {@link #save} says, or else {@link
     * #DEFAULT_GELU}.
     *
     * @throws IOException if the file is missing, is not JSON, lacks a field, or asks for what is computed differently
     *     here; the message names file and field
     */
    public static BertConfig load(Path file) throws IOException {
        return new ConfigFile(file).read();
    }

    /**
     * Writes the fields that {@link #load} reads back to the same configuration, and other libraries read too: "gelu_new"
     * stands for the tanh approximation and "gelu" for erf, which a field "gelu" repeats in Google's files. A file named
     * {@code config.json} gets Hugging Face's fields besides.
     */
    public void save(Path file) throws IOException {
        new ConfigFile(file).write(this);
    }

    /** The same model with another reading of "gelu". */
    public BertConfig withGelu(Gelu other) {
        return with(vocabSize, maxPositionEmbeddings, hiddenDropout, attentionDropout, other, hiddenActivation);
    }

    /** The same with GELU by erf in its layers. */
    BertConfig withErfGelu() {
        return with(vocabSize, maxPositionEmbeddings, hiddenDropout, attentionDropout, Gelu.ERF, HiddenActivation.GELU);
    }

    /** The same model with another dropout rate everywhere. */
    public BertConfig withDropout(double rate) {
        return with(vocabSize, maxPositionEmbeddings, rate, rate, gelu, hiddenActivation);
    }

    /** The same model with tables of other lengths. */
    BertConfig withTables(int words, int positions) {
        return with(words, positions, hiddenDropout, attentionDropout, gelu, hiddenActivation);
    }

    /** The same model with some of its layers only. */
    BertConfig withLayers(List<Integer> layers) {
        return new BertConfig(
                vocabSize,
                hiddenSize,
                layers.size(),
                numAttentionHeads,
                intermediateSize,
                maxPositionEmbeddings,
                typeVocabSize,
                hiddenDropout,
                attentionDropout,
                initializerRange,
                gelu,
                architecture,
                embeddingSize,
                hiddenActivation,
                design.withPositions(design.positions().of(layers)));
    }

    private BertConfig with(
            int words,
            int positions,
            double hiddenRate,
            double attentionRate,
            Gelu otherGelu,
            HiddenActivation activation) {
        return new BertConfig(
                words,
                hiddenSize,
                numHiddenLayers,
                numAttentionHeads,
                intermediateSize,
                positions,
                typeVocabSize,
                hiddenRate,
                attentionRate,
                initializerRange,
                otherGelu,
                architecture,
                embeddingSize,
                activation,
                design);
    }

    /** The most tokens that can be read at once, special ones included. */
    public int longestInput() {
        return maxPositionEmbeddings - design.positions().first();
    }

    private static void requirePositive(String field, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(field + " is " + value + ", expected at least 1");
        }
    }

    private static void requireRate(String field, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(field + " is " + value + ", expected at least 0 and below 1");
        }
    }
}
