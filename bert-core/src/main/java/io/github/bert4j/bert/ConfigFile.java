package io.github.bert4j.bert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bert4j.bert.BertConfig.Architecture;
import io.github.bert4j.bert.BertConfig.HiddenActivation;
import io.github.bert4j.checkpoint.Downloads;
import io.github.bert4j.files.JsonFault;
import io.github.bert4j.files.PendingFile;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.layers.LayerNormalization;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A configuration as JSON, Google's or Hugging Face's: fields of the same names, but for those that only one of them has.
 *
 * <p>Source: {@code BertConfig} in modeling.py of google-research/bert, {@code configuration_bert.py} and
 * {@code configuration_albert.py} of huggingface/transformers.
 */
record ConfigFile(Path file) {
    private static final String GROUPS = "num_hidden_groups";
    private static final String EMBEDDING_SIZE = "embedding_size";
    private static final String MODEL_TYPE = "model_type";
    private static final String EPSILON = "layer_norm_eps";
    /** Tells what "gelu" means, where {@link BertConfig#save} wrote the file. */
    private static final String GELU = "gelu";

    /** Fields that change what is computed, with the one value that is computed here; mostly they are absent. */
    private static final Map<String, String> EXPECTED = Map.of(
            "position_embedding_type", "absolute",
            "is_decoder", "false",
            "add_cross_attention", "false",
            "tie_word_embeddings", "true");

    private static final ObjectMapper JSON = new ObjectMapper();

    BertConfig read() throws IOException {
        Downloads.require(file);
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(file));
            if (json == null || !json.isObject()) {
                throw new IOException(file + ": expected a JSON object of BERT's sizes");
            }
            requireUsualModel(json);
            boolean albert = json.has(GROUPS) || json.path(MODEL_TYPE).asText().equals("albert");
            if (albert) {
                requireOne(json, GROUPS);
                requireOne(json, "inner_group_num");
            }
            int hiddenSize = integer(json, "hidden_size");
            String activation = json.path("hidden_act").asText("gelu");
            return new BertConfig(
                    integer(json, "vocab_size"),
                    hiddenSize,
                    integer(json, "num_hidden_layers"),
                    integer(json, "num_attention_heads"),
                    integer(json, "intermediate_size"),
                    integer(json, "max_position_embeddings"),
                    integer(json, "type_vocab_size"),
                    number(json, "hidden_dropout_prob", 0.1),
                    number(json, "attention_probs_dropout_prob", 0.1),
                    number(json, "initializer_range", 0.02),
                    gelu(json, activation),
                    albert ? Architecture.ALBERT : Architecture.BERT,
                    json.has(EMBEDDING_SIZE) ? integer(json, EMBEDDING_SIZE) : hiddenSize,
                    activation.equals("relu") ? HiddenActivation.RELU : HiddenActivation.GELU);
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is no JSON: " + JsonFault.syntax(e), e);
        } catch (CharConversionException e) { // Jackson takes zeros at the start for UTF-32
            throw new IOException(file + " is not JSON: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    void write(BertConfig config) throws IOException {
        PendingFile.write(file, bytes(config));
    }

    /** The fields of a file of Google's. */
    static Map<String, String> fields(BertConfig config) {
        Map<String, String> fields = new TreeMap<>();
        new ConfigFile(Path.of(BertConfig.FILE_NAME))
                .json(config)
                .properties()
                .forEach(field -> fields.put(field.getKey(), field.getValue().asText()));
        return fields;
    }

    /** What {@link #write} writes. */
    byte[] bytes(BertConfig config) throws IOException {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json(config));
    }

    private ObjectNode json(BertConfig config) {
        ObjectNode json = JSON.createObjectNode()
                .put("attention_probs_dropout_prob", config.attentionDropout())
                .put("hidden_act", activationName(config))
                .put("hidden_dropout_prob", config.hiddenDropout())
                .put("hidden_size", config.hiddenSize())
                .put("initializer_range", config.initializerRange())
                .put("intermediate_size", config.intermediateSize())
                .put("max_position_embeddings", config.maxPositionEmbeddings())
                .put("num_attention_heads", config.numAttentionHeads())
                .put("num_hidden_layers", config.numHiddenLayers())
                .put("type_vocab_size", config.typeVocabSize())
                .put("vocab_size", config.vocabSize());
        boolean albert = config.architecture() == Architecture.ALBERT;
        if (albert) {
            json.put(EMBEDDING_SIZE, config.embeddingSize()).put(GROUPS, 1).put("inner_group_num", 1);
        }
        if (isHuggingFaces()) {
            json.put(MODEL_TYPE, albert ? "albert" : "bert")
                    .put(EPSILON, LayerNormalization.EPSILON)
                    .put("pad_token_id", 0)
                    .put("position_embedding_type", "absolute")
                    .put("tie_word_embeddings", true);
            json.putArray("architectures").add(albert ? "AlbertForPreTraining" : "BertForPreTraining");
        } else if (config.hiddenActivation() == HiddenActivation.GELU) {
            json.put(GELU, config.gelu().name().toLowerCase(Locale.ROOT));
        }
        return json;
    }

    private boolean isHuggingFaces() {
        return file.getFileName().toString().equals(BertConfig.HUGGING_FACE_FILE_NAME);
    }

    private static String activationName(BertConfig config) {
        return switch (config.hiddenActivation()) {
            case RELU -> "relu";
            case GELU -> config.gelu() == Gelu.TANH ? "gelu_new" : "gelu";
        };
    }

    private Gelu gelu(JsonNode json, String activation) throws IOException {
        return switch (activation) {
            case "gelu" -> isHuggingFaces() ? Gelu.ERF : stated(json);
            case "relu" -> BertConfig.DEFAULT_GELU;
            case "gelu_new", "gelu_pytorch_tanh", "gelu_fast" -> Gelu.TANH;
            default ->
                throw new IOException("%s: hidden_act is \"%s\", expected \"gelu\", \"gelu_new\" or \"relu\""
                        .formatted(file, activation));
        };
    }

    private Gelu stated(JsonNode json) throws IOException {
        JsonNode value = json.path(GELU);
        return switch (value.asText()) {
            case "" -> BertConfig.DEFAULT_GELU;
            case "erf" -> Gelu.ERF;
            case "tanh" -> Gelu.TANH;
            default ->
                throw new IOException("%s: field %s is %s, expected \"erf\" or \"tanh\"".formatted(file, GELU, value));
        };
    }

    private int integer(JsonNode json, String field) throws IOException {
        JsonNode value = json.get(field);
        if (value == null || !value.isIntegralNumber() || !value.canConvertToInt()) {
            throw new IOException("%s: field %s is %s, expected a whole number"
                    .formatted(file, field, value == null ? "missing" : value));
        }
        return value.intValue();
    }

    private double number(JsonNode json, String field, double otherwise) throws IOException {
        JsonNode value = json.get(field);
        if (value == null) {
            return otherwise;
        }
        if (!value.isNumber()) {
            throw new IOException("%s: field %s is %s, expected a number".formatted(file, field, value));
        }
        return value.doubleValue();
    }

    /** ALBERT's other ways of sharing, which no published checkpoint uses. */
    private void requireOne(JsonNode json, String field) throws IOException {
        int value = json.has(field) ? integer(json, field) : 1;
        if (value != 1) {
            throw new IOException(
                    "%s: field %s is %d, expected 1: layers that share their weights in groups are not supported"
                            .formatted(file, field, value));
        }
    }

    /** Hugging Face's configurations have these fields, Google's do not. */
    private void requireUsualModel(JsonNode json) throws IOException {
        String type = json.path(MODEL_TYPE).asText("bert");
        if (!type.equals("bert") && !type.equals("albert")) {
            throw new IOException("%s: field %s is \"%s\", expected \"bert\" or \"albert\": this is another model"
                    .formatted(file, MODEL_TYPE, type));
        }
        float epsilon = (float) number(json, EPSILON, LayerNormalization.EPSILON);
        if (epsilon != LayerNormalization.EPSILON) {
            throw new IOException("%s: field %s is %s, expected %s as in BERT: this is another model"
                    .formatted(file, EPSILON, epsilon, LayerNormalization.EPSILON));
        }
        for (Map.Entry<String, String> field : EXPECTED.entrySet()) {
            JsonNode value = json.path(field.getKey());
            if (!value.isMissingNode() && !value.isNull() && !value.asText().equals(field.getValue())) {
                throw new IOException("%s: field %s is %s, expected %s: another model is not supported"
                        .formatted(file, field.getKey(), value, field.getValue()));
            }
        }
    }
}
