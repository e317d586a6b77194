package io.github.bert4j.bert;

import io.github.bert4j.bert.WeightTable.Entry;
import io.github.bert4j.bert.WeightTable.Part;
import io.github.bert4j.checkpoint.NonFiniteTensorException;
import io.github.bert4j.checkpoint.TensorInfo;
import io.github.bert4j.checkpoint.TensorSource;
import io.github.bert4j.graph.Weight;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds a checkpoint against the weight table before a single value is read. */
final class CheckpointWeights {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointWeights.class);

    private static final String KERAS_OBJECT = "/.ATTRIBUTES/VARIABLE_VALUE";

    private final TensorSource source;
    private final Map<String, Found> found;
    private final List<String> unused;

    /** A tensor of the checkpoint that is a weight. */
    private record Found(TensorInfo tensor, WeightNames.Place place) {}

    private CheckpointWeights(TensorSource source, Map<String, Found> found, List<String> unused) {
        this.source = source;
        this.found = found;
        this.unused = unused;
    }

    /**
     * Finds the weights of a configuration under Google's or Hugging Face's names; pooler and pre-training heads are left
     * out if the checkpoint lacks them.
     *
     * @throws CheckpointMismatchException if weights are missing or have another shape
     * @throws IOException if the checkpoint holds several models
     */
    static CheckpointWeights match(BertConfig config, TensorSource source) throws IOException {
        requireKnownKind(source);
        Location location = Location.find(config, source);
        List<Entry> table = WeightTable.of(config);
        Set<Part> present = EnumSet.of(Part.ENCODER);
        boolean sharesHead = Family.of(config.architecture()).sharesHead();
        for (Entry entry : table) {
            boolean telling = !sharesHead
                    || entry.part() != Part.MASKED_WORDS
                    || entry.name().equals(WeightTable.WORDS_BIAS);
            if (telling && location.tensor(entry).isPresent()) {
                present.add(entry.part());
            }
        }
        Map<String, Found> found = new LinkedHashMap<>();
        List<String> missing = new ArrayList<>();
        List<String> mismatched = new ArrayList<>();
        Set<String> used = new HashSet<>();
        for (Entry entry : table) {
            Optional<TensorInfo> tensor = present.contains(entry.part()) ? location.tensor(entry) : Optional.empty();
            WeightNames.Place place = location.names().of(entry);
            if (tensor.isPresent()) {
                TensorInfo info = tensor.get();
                used.add(info.name());
                found.put(entry.name(), new Found(info, place));
                if (!info.shape().equals(place.shape(entry)) || !info.type().isFloat()) {
                    mismatched.add("%s: expected float32 %s, found %s %s"
                            .formatted(info.name(), place.shape(entry), info.type(), info.shape()));
                }
            } else if (present.contains(entry.part())) {
                missing.add(location.inFile(place.name()) + " " + place.shape(entry));
            }
        }
        List<String> unused = source.tensors().keySet().stream()
                .filter(name -> !used.contains(name) && !isTrainingState(name) && !HuggingFaceNames.isRepetition(name))
                .toList();
        unused.stream()
                .filter(name -> name.endsWith(AlbertFamily.MAPPING))
                .forEach(name -> mismatched.add(name
                        + ": expected none between embeddings and layers of the same width, " + config.hiddenSize()));
        if (!missing.isEmpty() || !mismatched.isEmpty()) {
            throw new CheckpointMismatchException(source.location(), missing, mismatched, unused);
        }
        return new CheckpointWeights(source, found, unused);
    }

    /** Other kinds of checkpoints have all the weights, under names that do not tell which is which. */
    private static void requireKnownKind(TensorSource source) throws IOException {
        for (String name : source.tensors().keySet()) {
            if (name.endsWith(KERAS_OBJECT) && !name.startsWith("model/bert")) {
                throw new IOException(
                        "%s was written by Keras' save_weights, whose names do not say which weight is which, such as %s: write it with save_weights_as_checkpoint of bert4keras, or as safetensors with Hugging Face's save_pretrained"
                                .formatted(source.location(), name));
            }
            if (name.endsWith("_quantized") || name.endsWith("_scale") && name.contains("MatMul")) {
                throw new IOException(
                        "%s holds weights of 8 bits, such as %s: expected an export in float32, often model.onnx beside model_quantized.onnx"
                                .formatted(source.location(), name));
            }
        }
    }

    /** Tells what of the file is not loaded. */
    void logLeftOut() {
        if (!unused.isEmpty()) {
            LOG.info(
                    "{}: {} tensors are not part of BERT and are left out: {}",
                    source.location(),
                    unused.size(),
                    unused);
        }
    }

    /** Whether the checkpoint has a weight of this name. */
    boolean has(Entry entry) {
        return found.containsKey(entry.name());
    }

    /** A weight's values as the graph has them, row-major. */
    float[] values(String name) throws IOException {
        Found at = found.get(name);
        FloatBuffer buffer = FloatBuffer.allocate(Math.toIntExact(at.tensor().elements()));
        NonFiniteTensorException.readFinite(source, at.tensor().name(), buffer);
        Family.Slice slice = at.place().slice();
        int length = buffer.capacity() / slice.count();
        float[] values = slice.count() == 1
                ? buffer.array()
                : Arrays.copyOfRange(buffer.array(), slice.number() * length, (slice.number() + 1) * length);
        return at.place().transposed()
                ? transposed(values, Math.toIntExact(at.tensor().shape().get(0)) / slice.count())
                : values;
    }

    void load(Weight weight) throws IOException {
        Found place = found.get(weight.name());
        if (place.place().transposed() || place.place().slice().count() > 1) {
            weight.assign(values(weight.name()));
        } else {
            weight.write(values ->
                    NonFiniteTensorException.readFinite(source, place.tensor().name(), values));
        }
    }

    /** A matrix of so many rows, the other way round. */
    static float[] transposed(float[] matrix, int rows) {
        int columns = matrix.length / rows;
        float[] result = new float[matrix.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                result[column * rows + row] = matrix[row * columns + column];
            }
        }
        return result;
    }

    /**
     * Where in a file the model is.
     *
     * @param prefix what stands before all names
     * @param base what the encoder's names begin with there, one of {@link WeightNames#bases} or nothing
     */
    private record Location(TensorSource source, WeightNames names, String prefix, String base) {

        static Location find(BertConfig config, TensorSource source) throws IOException {
            List<Location> found = new ArrayList<>();
            WeightNames ours = new WeightNames.Google(List.of());
            WeightNames google = new WeightNames.Google(config.architecture());
            Set<WeightNames> all =
                    new LinkedHashSet<>(Arrays.asList(ours, google, new HuggingFaceNames(config.architecture())));
            for (WeightNames names : all) {
                for (String name : source.tensors().keySet()) {
                    if (name.endsWith(names.words())) {
                        String before =
                                name.substring(0, name.length() - names.words().length());
                        String base = names.bases().stream()
                                .filter(before::endsWith)
                                .findFirst()
                                .orElse("");
                        int end = before.length() - base.length();
                        found.add(new Location(source, names, before.substring(0, end), base));
                    }
                }
            }
            if (found.size() > 1) {
                throw new IOException("%s holds several models, below %s: expected one BERT"
                        .formatted(
                                source.location(),
                                found.stream()
                                        .map(place -> "'" + place.prefix() + "'")
                                        .toList()));
            }
            return found.isEmpty() ? new Location(source, google, "", "") : found.get(0);
        }

        Optional<TensorInfo> tensor(Entry entry) {
            return names.of(entry).names().stream()
                    .map(name -> source.tensors().get(inFile(name)))
                    .filter(Objects::nonNull)
                    .findFirst();
        }

        String inFile(String name) {
            String usual = names.bases().get(0);
            return prefix + (name.startsWith(usual) ? base + name.substring(usual.length()) : name);
        }
    }

    private static boolean isTrainingState(String name) {
        return name.endsWith("/adam_m")
                || name.endsWith("/adam_v")
                || name.endsWith("global_step")
                || name.startsWith("_CHECKPOINTABLE_OBJECT_GRAPH");
    }
}
