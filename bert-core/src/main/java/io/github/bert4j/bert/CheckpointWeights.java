package io.github.bert4j.bert;

import io.github.bert4j.bert.WeightTable.Entry;
import io.github.bert4j.bert.WeightTable.Part;
import io.github.bert4j.checkpoint.TensorInfo;
import io.github.bert4j.checkpoint.TensorSource;
import io.github.bert4j.graph.Weight;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds a checkpoint against the weight table before a single value is read. */
final class CheckpointWeights {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointWeights.class);

    private final TensorSource source;
    private final String prefix;
    private final List<Entry> entries;

    private CheckpointWeights(TensorSource source, String prefix, List<Entry> entries) {
        this.source = source;
        this.prefix = prefix;
        this.entries = entries;
    }

    /**
     * Finds the weights of a configuration; pooler and pre-training heads are left out if the checkpoint lacks them.
     *
     * @throws CheckpointMismatchException if weights are missing or have another shape
     */
    static CheckpointWeights match(BertConfig config, TensorSource source) throws CheckpointMismatchException {
        String prefix = source.tensors().keySet().stream()
                .filter(name -> name.endsWith(WeightTable.WORDS))
                .map(name -> name.substring(0, name.length() - WeightTable.WORDS.length()))
                .findFirst()
                .orElse("");
        List<Entry> table = WeightTable.of(config);
        Set<Part> present = EnumSet.of(Part.ENCODER);
        for (Entry entry : table) {
            if (source.tensors().containsKey(prefix + entry.name())) {
                present.add(entry.part());
            }
        }
        List<Entry> entries =
                table.stream().filter(entry -> present.contains(entry.part())).toList();
        List<String> missing = new ArrayList<>();
        List<String> mismatched = new ArrayList<>();
        Set<String> used = new HashSet<>();
        for (Entry entry : entries) {
            TensorInfo info = source.tensors().get(prefix + entry.name());
            if (info == null) {
                missing.add(prefix + entry.name() + " " + entry.shape().sizes());
            } else {
                used.add(info.name());
                if (!info.shape().equals(entry.shape().sizes()) || !info.type().isFloat()) {
                    mismatched.add("%s: expected float %s, found %s %s"
                            .formatted(info.name(), entry.shape().sizes(), info.type(), info.shape()));
                }
            }
        }
        List<String> unused = source.tensors().keySet().stream()
                .filter(name -> !used.contains(name) && !isTrainingState(name))
                .toList();
        if (!missing.isEmpty() || !mismatched.isEmpty()) {
            throw new CheckpointMismatchException(source.location(), missing, mismatched, unused);
        }
        if (!unused.isEmpty()) {
            LOG.info(
                    "{}: {} tensors are not part of BERT and are left out: {}",
                    source.location(),
                    unused.size(),
                    unused);
        }
        return new CheckpointWeights(source, prefix, entries);
    }

    /** Whether the checkpoint has a weight of this name. */
    boolean has(Entry entry) {
        return entries.stream().anyMatch(found -> found.name().equals(entry.name()));
    }

    /** A weight's values as the checkpoint has them, row-major. */
    float[] values(String name) throws IOException {
        FloatBuffer values = FloatBuffer.allocate(
                Math.toIntExact(source.tensor(prefix + name).elements()));
        source.readFloats(prefix + name, values);
        return values.array();
    }

    void load(Weight weight) throws IOException {
        weight.write(values -> source.readFloats(prefix + weight.name(), values));
    }

    private static boolean isTrainingState(String name) {
        return name.endsWith("/adam_m")
                || name.endsWith("/adam_v")
                || name.endsWith("global_step")
                || name.startsWith("_CHECKPOINTABLE_OBJECT_GRAPH");
    }
}
