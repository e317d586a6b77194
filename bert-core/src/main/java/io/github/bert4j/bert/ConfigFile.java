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
    private static final String EMBEDDING_SIZE = "embedding_size";
    private static final String MODEL_TYPE = "model_type";
    private static final String ACTIVATION = "hidden_act";
    private static final String PADDING = "pad_token_id";
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
            return config(new ConfigFields(file, json));
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is no JSON: " + JsonFault.syntax(e), e);
        } catch (CharConversionException e) { // Jackson takes zeros at the start for UTF-32
            throw new IOException(file + " is not JSON: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private BertConfig config(ConfigFields fields) throws IOException {
        String type = fields.has(MODEL_TYPE) || !fields.json().has(AlbertFamily.GROUPS)
                ? fields.text(MODEL_TYPE, "bert")
                : "albert";
        Architecture architecture = Family.named(type)
                .orElseThrow(() -> new IOException("%s: field %s is \"%s\", expected one of %s: this is another model"
                        .formatted(file, MODEL_TYPE, type, String.join(", ", Family.names()))));
        Family family = Family.of(architecture);
        for (Map.Entry<String, String> field : EXPECTED.entrySet()) {
            fields.expect(field.getKey(), field.getValue());
        }
        int hiddenSize = fields.integer(family.field("hidden_size"));
        String activation = fields.text(family.field(ACTIVATION), "gelu");
        return new BertConfig(
                fields.integer("vocab_size"),
                hiddenSize,
                fields.integer(family.field("num_hidden_layers")),
                fields.integer(family.field("num_attention_heads")),
                fields.integer(family.field("intermediate_size")),
                fields.integer("max_position_embeddings"),
                family.segments() == 0 ? 0 : fields.integer("type_vocab_size"),
                fields.number(family.field("hidden_dropout_prob"), family.usualDropout()),
                fields.number(family.field("attention_probs_dropout_prob"), family.usualDropout()),
                fields.number("initializer_range", 0.02),
                gelu(fields, activation, architecture),
                architecture,
                architecture.mapsEmbeddings() ? fields.integer(EMBEDDING_SIZE, hiddenSize) : hiddenSize,
                activation.equals("relu") ? HiddenActivation.RELU : HiddenActivation.GELU,
                family.design(fields));
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
        return bytes(json(config));
    }

    /** As {@link #bytes(BertConfig)}, with the id of padding where a file of Hugging Face's lacks it. */
    byte[] bytes(BertConfig config, int padding) throws IOException {
        ObjectNode json = json(config);
        if (isHuggingFaces() && !json.has(PADDING)) {
            json.put(PADDING, padding);
        }
        return bytes(json);
    }

    private static byte[] bytes(ObjectNode json) throws IOException {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
    }

    private ObjectNode json(BertConfig config) {
        Family family = Family.of(config.architecture());
        ObjectNode json = JSON.createObjectNode()
                .put(family.field("attention_probs_dropout_prob"), config.attentionDropout())
                .put(family.field(ACTIVATION), activationName(config))
                .put(family.field("hidden_dropout_prob"), config.hiddenDropout())
                .put(family.field("hidden_size"), config.hiddenSize())
                .put("initializer_range", config.initializerRange())
                .put(family.field("intermediate_size"), config.intermediateSize())
                .put("max_position_embeddings", config.maxPositionEmbeddings())
                .put(family.field("num_attention_heads"), config.numAttentionHeads())
                .put(family.field("num_hidden_layers"), config.numHiddenLayers());
        if (family.segments() > 0) {
            json.put("type_vocab_size", config.typeVocabSize());
        }
        json.put("vocab_size", config.vocabSize());
        if (config.architecture().mapsEmbeddings()) {
            json.put(EMBEDDING_SIZE, config.embeddingSize());
        }
        boolean plain = config.architecture() == Architecture.BERT || config.architecture() == Architecture.ALBERT;
        if (isHuggingFaces() || !plain || !config.design().equals(Design.BERT)) {
            json.put(MODEL_TYPE, family.type());
            family.write(config, json);
            json.put("position_embedding_type", "absolute").put("tie_word_embeddings", true);
            json.putArray("architectures").add(family.className());
        } else if (config.architecture() == Architecture.ALBERT) {
            family.write(config, json);
            json.remove("layer_norm_eps"); // Google's files have none
        }
        if (!isHuggingFaces() && config.hiddenActivation() == HiddenActivation.GELU) {
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

    /** Only a file of Google's leaves open which function "gelu" is. */
    private Gelu gelu(ConfigFields fields, String activation, Architecture architecture) throws IOException {
        boolean google = architecture == Architecture.BERT || architecture == Architecture.ALBERT;
        return switch (activation) {
            case "gelu", "gelu_python" ->
                isHuggingFaces() ? Gelu.ERF : stated(fields, google ? BertConfig.DEFAULT_GELU : Gelu.ERF);
            case "relu" -> BertConfig.DEFAULT_GELU;
            case "gelu_new", "gelu_pytorch_tanh", "gelu_fast" -> Gelu.TANH;
            default ->
                throw new IOException("%s: hidden_act is \"%s\", expected \"gelu\", \"gelu_new\" or \"relu\""
                        .formatted(file, activation));
        };
    }

    private Gelu stated(ConfigFields fields, Gelu otherwise) throws IOException {
        return switch (fields.text(GELU, "")) {
            case "" -> otherwise;
            case "erf" -> Gelu.ERF;
            case "tanh" -> Gelu.TANH;
            default ->
                throw new IOException("%s: field %s is %s, expected \"erf\" or \"tanh\""
                        .formatted(file, GELU, fields.json().get(GELU)));
        };
    }
}
