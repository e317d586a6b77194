package io.github.bert4j.models;

import io.github.bert4j.checkpoint.NamedTensor;
import io.github.bert4j.checkpoint.SafeTensors;
import io.github.bert4j.checkpoint.SafeTensorsWriter;
import io.github.bert4j.checkpoint.TensorInfo;
import io.github.bert4j.graph.Weight;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Weights and other arrays of floats as a safetensors file, by name. */
final class WeightFile {
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
        List<String> differences = new ArrayList<>();
        Set<String> expected = new HashSet<>();
        for (Slot slot : slots) {
            expected.add(slot.name());
            TensorInfo info = source.tensors().get(slot.name());
            if (info == null) {
                differences.add(slot.name() + " is missing");
            } else if (!info.shape().equals(slot.shape())) {
                differences.add("%s has shape %s, expected %s".formatted(slot.name(), info.shape(), slot.shape()));
            } else if (!info.type().isFloat()) {
                differences.add("%s is of %s, expected floats".formatted(slot.name(), info.type()));
            }
        }
        source.tensors().keySet().stream()
                .filter(name -> !expected.contains(name))
                .forEach(name -> differences.add(name + " is not a weight of this model"));
        if (!differences.isEmpty()) {
            throw new WeightMismatchException(source.location(), differences);
        }
        for (Slot slot : slots) {
            slot.target().write(values -> source.readFloats(slot.name(), values));
        }
    }
}
