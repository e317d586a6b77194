package io.github.bert4j.bert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bert4j.bert.WeightTable.Entry;
import io.github.bert4j.bert.WeightTable.LayerNames;
import io.github.bert4j.checkpoint.NamedTensor;
import io.github.bert4j.checkpoint.SafeTensors;
import io.github.bert4j.checkpoint.SafeTensorsWriter;
import io.github.bert4j.checkpoint.TensorSource;
import io.github.bert4j.files.JsonFault;
import io.github.bert4j.files.PendingFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adapters as Hugging Face's peft keeps them: {@code adapter_config.json} and {@code adapter_model.safetensors}, whose tensors are
 * named after the modules of transformers.
 *
 * <p>Source: {@code tuners/lora/config.py} and {@code utils/save_and_load.py} of huggingface/peft 0.21.
 */
final class PeftFiles {
    static final String CONFIG = "adapter_config.json";
    private static final String WEIGHTS = "adapter_model.safetensors";
    private static final String PREFIX = "base_model.model.";
    private static final String A = ".lora_A.weight";
    private static final String B = ".lora_B.weight";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Logger LOG = LoggerFactory.getLogger(PeftFiles.class);

    private final Path directory;
    private final BertConfig config;
    private final HuggingFaceNames names;

    /** @param config of the model that is adapted */
    PeftFiles(Path directory, BertConfig config) {
        this.directory = directory;
        this.config = config;
        this.names = new HuggingFaceNames(config.architecture());
    }

    /**
     * Writes an adapter of the encoder alone, which {@code AutoModel} loads.
     *
     * @param base what {@code base_model_name_or_path} says
     */
    void write(AdapterValues values, String base) throws IOException {
        ArrayNode modules = JSON.createArrayNode();
        List<NamedTensor> tensors = new ArrayList<>();
        for (Map.Entry<String, AdapterValues.Factors> entry : values.factors().entrySet()) {
            WeightNames.Place place = place(entry.getKey());
            if (place.slice().count() > 1) {
                throw new IllegalArgumentException(
                        "peft adapts %s of this kind of encoder as a part of one kernel: expected an adapter of other kernels, or merge it and save a checkpoint"
                                .formatted(entry.getKey()));
            }
            String module = module(place);
            int rank = values.settings().rank();
            int in = entry.getValue().a().length / rank;
            int out = entry.getValue().b().length / rank;
            modules.add(module);
            tensors.add(tensor(
                    module + A,
                    rank,
                    in,
                    CheckpointWeights.transposed(entry.getValue().a(), in)));
            tensors.add(tensor(
                    module + B,
                    out,
                    rank,
                    CheckpointWeights.transposed(entry.getValue().b(), rank)));
        }
        ObjectNode json = JSON.createObjectNode()
                .put("peft_type", "LORA")
                .put("base_model_name_or_path", base)
                .put("r", values.settings().rank())
                .put("lora_alpha", values.settings().alpha())
                .put("lora_dropout", values.settings().dropout())
                .put("bias", "none")
                .put("fan_in_fan_out", false)
                .put("inference_mode", true);
        json.set("target_modules", modules);
        json.putNull("task_type");
        json.putNull("modules_to_save");
        Files.createDirectories(directory);
        SafeTensorsWriter.write(directory.resolve(WEIGHTS), Map.of("format", "pt"), tensors);
        PendingFile.write(
                directory.resolve(CONFIG), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
    }

    private static NamedTensor tensor(String name, long rows, long columns, float[] values) {
        return NamedTensor.ofFloats(PREFIX + name, List.of(rows, columns), values);
    }

    /** @throws IOException if files are missing or damaged, or the adapter is of another kind */
    AdapterValues read() throws IOException {
        JsonNode json = json();
        require(json, "peft_type", "LORA");
        require(json, "bias", "none");
        require(json, "fan_in_fan_out", "false");
        require(json, "use_dora", "false");
        for (String pattern : List.of("rank_pattern", "alpha_pattern")) {
            if (json.path(pattern).size() > 0) {
                throw refused(pattern + " " + json.path(pattern), "one rank and one alpha for all kernels");
            }
        }
        int rank = json.path("r").asInt();
        double alpha = json.path("lora_alpha").asDouble();
        if (json.path("use_rslora").asBoolean()) {
            alpha *= Math.sqrt(rank); // divided by the rank's root there
        }
        Map<String, AdapterValues.Factors> factors = new LinkedHashMap<>();
        try (TensorSource source = SafeTensors.open(directory.resolve(WEIGHTS))) {
            Map<String, String> stored = new TreeMap<>();
            source.tensors().keySet().forEach(name -> stored.put(shortened(name), name));
            for (String dense : allDenseLayers()) {
                WeightNames.Place place = place(dense);
                String a = stored.remove(module(place) + A);
                String b = stored.remove(module(place) + B);
                if (a != null && b != null) {
                    factors.put(dense, factors(source, a, b, rank, place.slice()));
                }
            }
            if (factors.isEmpty()) {
                throw refused(
                        "no kernel of this encoder among " + source.tensors().keySet(), "some");
            }
            if (!stored.isEmpty()) {
                LOG.warn("{} has tensors that are not read: {}", directory.resolve(WEIGHTS), stored.values());
            }
        }
        try {
            LowRank settings = new LowRank(
                    rank,
                    alpha,
                    json.path("lora_dropout").asDouble(),
                    kernels(factors.keySet()),
                    layers(factors.keySet()));
            if (!Adapter.denseLayers(settings, config).equals(factors.keySet())) {
                throw refused("kernels " + factors.keySet(), "the same kernels in every layer that is adapted");
            }
            return new AdapterValues(settings, factors);
        } catch (IllegalArgumentException e) {
            throw new IOException(directory.resolve(CONFIG) + ": " + e.getMessage(), e);
        }
    }

    /** A tensor of several kernels of ours has one A for them all, and a B with the results of one after the other. */
    private AdapterValues.Factors factors(TensorSource source, String a, String b, int rank, Family.Slice slice)
            throws IOException {
        float[] narrow = AdapterValues.values(source, a);
        float[] wide = AdapterValues.values(source, b);
        if (rank < 1
                || narrow.length % rank != 0
                || wide.length % (rank * slice.count()) != 0
                || source.tensors().get(a).shape().get(0) != rank) {
            throw refused(
                    "%s %s of rank %d".formatted(a, source.tensors().get(a).shape(), rank), "[rank, in]");
        }
        int part = wide.length / slice.count();
        float[] own = Arrays.copyOfRange(wide, slice.number() * part, (slice.number() + 1) * part);
        return new AdapterValues.Factors(
                CheckpointWeights.transposed(narrow, rank), CheckpointWeights.transposed(own, part / rank));
    }

    /** A module's name as in the encoder alone: a model with heads has it below another one. */
    private String shortened(String name) {
        String own = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
        for (String base : names.bases()) {
            if (own.startsWith(base)) {
                return own.substring(base.length());
            }
        }
        return own;
    }

    private String module(WeightNames.Place place) {
        String name = place.name();
        String base = names.bases().get(0);
        String own = name.startsWith(base) ? name.substring(base.length()) : name;
        return own.substring(0, own.length() - ".weight".length());
    }

    private WeightNames.Place place(String dense) {
        return names.of(entry(dense));
    }

    private Entry entry(String dense) {
        return WeightTable.of(config).stream()
                .filter(entry -> entry.name().equals(dense + "/kernel"))
                .findFirst()
                .orElseThrow();
    }

    private Set<String> allDenseLayers() {
        return Adapter.denseLayers(LowRank.of(1), config);
    }

    private Set<LowRank.Kernel> kernels(Set<String> denseLayers) {
        Set<LowRank.Kernel> kernels = EnumSet.noneOf(LowRank.Kernel.class);
        for (LayerNames layer : WeightTable.layers(config)) {
            for (LowRank.Kernel kernel : LowRank.Kernel.values()) {
                if (denseLayers.contains(Adapter.dense(layer, kernel))) {
                    kernels.add(kernel);
                }
            }
        }
        return kernels;
    }

    private Set<Integer> layers(Set<String> denseLayers) {
        List<LayerNames> all = WeightTable.layers(config);
        Set<Integer> layers = new TreeSet<>();
        for (int number = 0; number < all.size(); number++) {
            for (LowRank.Kernel kernel : LowRank.Kernel.values()) {
                if (denseLayers.contains(Adapter.dense(all.get(number), kernel))) {
                    layers.add(number);
                }
            }
        }
        return layers.size() == all.size() ? Set.of() : layers;
    }

    private void require(JsonNode json, String field, String expected) throws IOException {
        JsonNode value = json.path(field);
        if (!value.isMissingNode() && !value.isNull() && !value.asText().equals(expected)) {
            throw refused(field + " " + value, expected);
        }
    }

    private JsonNode json() throws IOException {
        Path file = directory.resolve(CONFIG);
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw new IOException("%s is no JSON: %s".formatted(file, JsonFault.syntax(e)), e);
        }
    }

    private IOException refused(String received, String expected) {
        return new IOException("The adapter %s has %s: expected %s".formatted(directory, received, expected));
    }
}
