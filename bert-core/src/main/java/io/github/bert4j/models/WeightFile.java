package io.github.bert4j.models;

import io.github.bert4j.checkpoint.NamedTensor;
import io.github.bert4j.checkpoint.NonFiniteTensorException;
import io.github.bert4j.checkpoint.SafeTensors;
import io.github.bert4j.checkpoint.SafeTensorsWriter;
import io.github.bert4j.checkpoint.TensorInfo;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.kernels.Precision;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Weights and other arrays of floats as a safetensors file, by name. */
final class WeightFile {
    private static final String UNKNOWN = "is not a weight of this model";

    private WeightFile() {}

    /** A place in memory that the file has a copy of. */
    record Slot(String name, List<Long> shape, Supplier<FloatBuffer> view, Target target) {

        static Slot of(Weight weight) {
            return new Slot(weight.name(), weight.shape().sizes(), weight::view, weight::write);
        }

        static Slot of(String name, INDArray array) {
            List<Long> shape = Arrays.stream(array.shape()).boxed().toList();
            return new Slot(name, shape, () -> host(array), writer -> {
                writer.write(host(array));
                Nd4j.getAffinityManager().tagLocation(array, Location.HOST);
            });
        }

        private static FloatBuffer host(INDArray array) {
            Nd4j.getAffinityManager().ensureLocation(array, Location.HOST);
            FloatBuffer buffer = array.data().asNioFloat();
            return buffer.clear().limit(Math.toIntExact(array.length()));
        }
    }

    /** Lets code write new values in place. */
    @FunctionalInterface
    interface Target {
        void write(Weight.Writer writer) throws IOException;
    }

    /**
     * Some of a model's weights; where its graph computes in 8 bits, those that it rounds are written so. The caller reads the graph.
     */
    static void saveRounded(Path file, Model model, List<Weight> some) throws IOException {
        Map<String, Boolean> coarse = model.graph().kernels().precision() == Precision.INT8
                ? model.graph().coarseWeights()
                : Map.of();
        List<NamedTensor> tensors = new ArrayList<>();
        for (Weight weight : some) {
            List<Long> shape = weight.shape().sizes();
            Boolean byRow = coarse.get(weight.name());
            if (byRow == null) {
                tensors.add(NamedTensor.ofFloats(weight.name(), shape, weight::view));
            } else {
                tensors.addAll(NamedTensor.wholeNumbers(weight.name(), shape, byRow, weight::view));
            }
        }
        SafeTensorsWriter.writeChecked(file, Map.of(), tensors);
    }

    /** The caller reads the graph; see {@link io.github.bert4j.graph.Graph#reading}. */
    static void save(Path file, Map<String, String> metadata, List<Slot> slots) throws IOException {
        SafeTensorsWriter.writeChecked(
                file,
                metadata,
                slots.stream()
                        .map(slot -> NamedTensor.ofFloats(slot.name(), slot.shape(), slot.view()))
                        .toList());
    }

    /** Fills all slots, or none if the file does not hold exactly these; the caller changes the graph. */
    static void load(SafeTensors source, List<Slot> slots) throws IOException {
        load(source, slots, List.of());
    }

    /** As {@link #load(SafeTensors, List)}; none too if there are differences already. */
    static LoadedWeights load(SafeTensors source, List<Slot> slots, List<String> known) throws IOException {
        List<String> differences = new ArrayList<>();
        Set<String> expected = new HashSet<>();
        for (Slot slot : slots) {
            expected.add(slot.name());
            if (source.tensors().containsKey(slot.name())) {
                difference(source, slot)
                        .map(reason -> slot.name() + " " + reason)
                        .ifPresent(differences::add);
            } else {
                differences.add(slot.name() + " is missing");
            }
        }
        source.tensors().keySet().stream()
                .filter(name -> !expected.contains(name))
                .forEach(name -> differences.add(name + " " + UNKNOWN));
        differences.addAll(known);
        if (!differences.isEmpty()) {
            throw new WeightMismatchException(source.location(), differences);
        }
        write(source, slots);
        return new LoadedWeights(slots.stream().map(Slot::name).toList(), Map.of(), List.of());
    }

    /**
     * Fills the slots that the file has something for; none if that is refused. The caller changes the graph.
     *
     * @param otherTypes why weights of some layers do not fit, by the layer's name
     */
    static LoadedWeights loadByName(
            SafeTensors source, List<Slot> slots, LoadOptions.Mismatches mismatches, Map<String, String> otherTypes)
            throws IOException {
        Map<String, String> skipped = new TreeMap<>();
        source.tensors().keySet().forEach(name -> skipped.put(name, UNKNOWN));
        List<String> missing = new ArrayList<>();
        List<Slot> loaded = new ArrayList<>();
        List<String> differences = new ArrayList<>();
        for (Slot slot : slots) {
            if (!source.tensors().containsKey(slot.name())) {
                missing.add(slot.name());
                continue;
            }
            String layer = slot.name().substring(0, Math.max(0, slot.name().lastIndexOf('/')));
            Optional<String> difference =
                    Optional.ofNullable(otherTypes.get(layer)).or(() -> difference(source, slot));
            difference.ifPresentOrElse(
                    reason -> {
                        skipped.put(slot.name(), reason);
                        differences.add(slot.name() + " " + reason);
                    },
                    () -> {
                        skipped.remove(slot.name());
                        loaded.add(slot);
                    });
        }
        if (loaded.isEmpty()) {
            differences.add("no tensor has the name and shape of a weight of this model, which has "
                    + slots.stream().map(Slot::name).toList());
        }
        if (loaded.isEmpty() || mismatches == LoadOptions.Mismatches.REFUSED && !differences.isEmpty()) {
            throw new WeightMismatchException(source.location(), differences);
        }
        write(source, loaded);
        return new LoadedWeights(loaded.stream().map(Slot::name).toList(), skipped, missing);
    }

    private static void write(SafeTensors source, List<Slot> slots) throws IOException {
        for (Slot slot : slots) {
            slot.target().write(values -> NonFiniteTensorException.readFinite(source, slot.name(), values));
        }
    }

    private static Optional<String> difference(SafeTensors source, Slot slot) {
        TensorInfo info = source.tensors().get(slot.name());
        if (!info.shape().equals(slot.shape())) {
            return Optional.of("has shape %s, expected %s".formatted(info.shape(), slot.shape()));
        }
        return info.type().isFloat()
                ? Optional.empty()
                : Optional.of("is of %s, expected floats".formatted(info.type()));
    }
}
