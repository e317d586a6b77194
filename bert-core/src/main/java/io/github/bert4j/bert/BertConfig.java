package io.github.bert4j.bert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bert4j.layers.LayerNormalization;
import io.github.bert4j.ops.Gelu;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The sizes of a BERT model: {@code bert_config.json} of google-research/bert, or {@code albert_config.json} of
 * google-research/albert.
 *
 * @param vocabSize rows of the word embeddings
 * @param hiddenSize width of every layer's output
 * @param numHiddenLayers encoder layers
 * @param numAttentionHeads heads per layer; divides {@code hiddenSize}
 * @param intermediateSize width of the feed-forward layer
 * @param maxPositionEmbeddings longest input in tokens
 * @param typeVocabSize number of segments
 * @param hiddenDropout dropout of the embeddings and of both sub-layer outputs
 * @param attentionDropout dropout of the attention probabilities
 * @param initializerRange deviation of new weights
 * @param gelu which function {@code hidden_act} "gelu" means
 * @param architecture whose layers the model has
 * @param embeddingSize width of the embeddings; another than {@code hiddenSize} in ALBERT only
 * @param hiddenActivation {@code hidden_act}
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
        HiddenActivation hiddenActivation) {
    /** The file's name in a checkpoint's directory. */
    public static final String FILE_NAME = "bert_config.json";

    /** Its name in the directories of Google's ALBERT. */
    public static final String ALBERT_FILE_NAME = "albert_config.json";

    /** What Google's code, and so Google's checkpoints, mean by "gelu" since 2019. */
    public static final Gelu DEFAULT_GELU = Gelu.TANH;

    /** The deepest model that was published has 1000; a file that asks for many more is damaged or meant to harm. */
    private static final int MOST_LAYERS = 1024;

    private static final String GROUPS = "num_hidden_groups";
    private static final String EMBEDDING_SIZE = "embedding_size";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Where layers get their weights from. */
    public enum Architecture {
        /** Every layer has its own. */
        BERT,
        /**
         * All layers share one set, and embeddings may be narrower than the layers.
         *
         * <p>Source: Lan et al., "ALBERT: A Lite BERT for Self-supervised Learning of Language Representations", section
         * 3.1.
         */
        ALBERT
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
                HiddenActivation.GELU);
    }

    public BertConfig {
        requirePositive("vocab_size", vocabSize);
        requirePositive("hidden_size", hiddenSize);
        requirePositive("num_hidden_layers", numHiddenLayers);
        requirePositive("num_attention_heads", numAttentionHeads);
        requirePositive("intermediate_size", intermediateSize);
        requirePositive("max_position_embeddings", maxPositionEmbeddings);
        requirePositive("type_vocab_size", typeVocabSize);
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
        if (architecture == Architecture.BERT && embeddingSize != hiddenSize) {
            throw new IllegalArgumentException(
                    "embedding_size is %d and hidden_size %d: a BERT's are equal; an ALBERT has num_hidden_groups"
                            .formatted(embeddingSize, hiddenSize));
        }
    }

    /**
     * Reads {@code bert_config.json} of a checkpoint's directory, or else {@code albert_config.json}.
     *
     * @throws IOException see {@link #load}
     */
    public static BertConfig of(Path directory) throws IOException {
        Path albert = directory.resolve(ALBERT_FILE_NAME);
        Path bert = directory.resolve(FILE_NAME);
        return load(Files.exists(bert) || !Files.exists(albert) ? bert : albert);
    }

    /**
     * Reads {@code bert_config.json}; a {@code hidden_act} of "gelu" means {@link #DEFAULT_GELU}.
     *
     * @throws IOException if the file is missing, is not JSON, lacks a field, or asks for what is computed differently
     *     here; the message names file and field
     */
    public static BertConfig load(Path file) throws IOException {
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(file));
            if (json == null || !json.isObject()) {
                throw new IOException(file + ": expected a JSON object of BERT's sizes");
            }
            requireUsualEpsilon(file, json);
            boolean albert = json.has(GROUPS);
            if (albert) {
                requireOne(file, json, GROUPS);
                requireOne(file, json, "inner_group_num");
            }
            int hiddenSize = integer(file, json, "hidden_size");
            String activation = json.path("hidden_act").asText("gelu");
            return new BertConfig(
                    integer(file, json, "vocab_size"),
                    hiddenSize,
                    integer(file, json, "num_hidden_layers"),
                    integer(file, json, "num_attention_heads"),
                    integer(file, json, "intermediate_size"),
                    integer(file, json, "max_position_embeddings"),
                    integer(file, json, "type_vocab_size"),
                    number(file, json, "hidden_dropout_prob", 0.1),
                    number(file, json, "attention_probs_dropout_prob", 0.1),
                    number(file, json, "initializer_range", 0.02),
                    gelu(file, activation),
                    albert ? Architecture.ALBERT : Architecture.BERT,
                    json.has(EMBEDDING_SIZE) ? integer(file, json, EMBEDDING_SIZE) : hiddenSize,
                    activation.equals("relu") ? HiddenActivation.RELU : HiddenActivation.GELU);
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is not JSON: " + e.getOriginalMessage(), e);
        } catch (CharConversionException e) { // Jackson takes zeros at the start for UTF-32
            throw new IOException(file + " is not JSON: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Writes the fields that {@link #load} reads. "gelu_new" stands for the tanh approximation and "gelu" for erf, as
     * other libraries read them; {@link #load} needs {@link #withGelu} after it to read erf.
     */
    public void save(Path file) throws IOException {
        ObjectNode json = JSON.createObjectNode()
                .put("attention_probs_dropout_prob", attentionDropout)
                .put("hidden_act", activationName())
                .put("hidden_dropout_prob", hiddenDropout)
                .put("hidden_size", hiddenSize)
                .put("initializer_range", initializerRange)
                .put("intermediate_size", intermediateSize)
                .put("max_position_embeddings", maxPositionEmbeddings)
                .put("num_attention_heads", numAttentionHeads)
                .put("num_hidden_layers", numHiddenLayers)
                .put("type_vocab_size", typeVocabSize)
                .put("vocab_size", vocabSize);
        if (architecture == Architecture.ALBERT) {
            json.put(EMBEDDING_SIZE, embeddingSize).put(GROUPS, 1).put("inner_group_num", 1);
        }
        Files.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
    }

    /** The same model with another reading of "gelu". */
    public BertConfig withGelu(Gelu other) {
        return with(vocabSize, maxPositionEmbeddings, hiddenDropout, attentionDropout, other);
    }

    /** The same model with another dropout rate everywhere. */
    public BertConfig withDropout(double rate) {
        return with(vocabSize, maxPositionEmbeddings, rate, rate, gelu);
    }

    /** The same model with tables of other lengths. */
    BertConfig withTables(int words, int positions) {
        return with(words, positions, hiddenDropout, attentionDropout, gelu);
    }

    private BertConfig with(int words, int positions, double hiddenRate, double attentionRate, Gelu otherGelu) {
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
                hiddenActivation);
    }

    private String activationName() {
        return switch (hiddenActivation) {
            case RELU -> "relu";
            case GELU -> gelu == Gelu.TANH ? "gelu_new" : "gelu";
        };
    }

    private static Gelu gelu(Path file, String name) throws IOException {
        return switch (name) {
            case "gelu", "relu" -> DEFAULT_GELU;
            case "gelu_new", "gelu_pytorch_tanh", "gelu_fast" -> Gelu.TANH;
            default ->
                throw new IOException(
                        "%s: hidden_act is \"%s\", expected \"gelu\", \"gelu_new\" or \"relu\"".formatted(file, name));
        };
    }

    private static int integer(Path file, JsonNode json, String field) throws IOException {
        JsonNode value = json.get(field);
        if (value == null || !value.isIntegralNumber() || !value.canConvertToInt()) {
            throw new IOException(
                    "%s: field %s is %s, expected a whole number".formatted(file, field, received(value)));
        }
        return value.intValue();
    }

    /** ALBERT's other ways of sharing, which no published checkpoint uses. */
    private static void requireOne(Path file, JsonNode json, String field) throws IOException {
        int value = json.has(field) ? integer(file, json, field) : 1;
        if (value != 1) {
            throw new IOException(
                    "%s: field %s is %d, expected 1: layers that share their weights in groups are not supported"
                            .formatted(file, field, value));
        }
    }

    private static double number(Path file, JsonNode json, String field, double otherwise) throws IOException {
        JsonNode value = json.get(field);
        if (value == null) {
            return otherwise;
        }
        if (!value.isNumber()) {
            throw new IOException("%s: field %s is %s, expected a number".formatted(file, field, value));
        }
        return value.doubleValue();
    }

    /** Hugging Face's configurations have this field, Google's do not. */
    private static void requireUsualEpsilon(Path file, JsonNode json) throws IOException {
        String field = "layer_norm_eps";
        float value = (float) number(file, json, field, LayerNormalization.EPSILON);
        if (value != LayerNormalization.EPSILON) {
            throw new IOException("%s: field %s is %s, expected %s as in BERT: this is another model"
                    .formatted(file, field, value, LayerNormalization.EPSILON));
        }
    }

    private static String received(JsonNode value) {
        return value == null ? "missing" : value.toString();
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
