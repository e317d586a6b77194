package io.github.bert4j.models;

import io.github.bert4j.checkpoint.NamedTensor;
import io.github.bert4j.checkpoint.SafeTensors;
import io.github.bert4j.checkpoint.SafeTensorsWriter;
import io.github.bert4j.checkpoint.TensorInfo;
import io.github.bert4j.checkpoint.TensorSource;
import io.github.bert4j.graph.Weight;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Weights as a safetensors file, by name. */
final class WeightFile {
    private WeightFile() {}

    static void save(Path file, List<Weight> weights) throws IOException {
        SafeTensorsWriter.write(
                file,
                Map.of(),
                weights.stream()
                        .map(weight -> NamedTensor.ofFloats(
                                weight.name(), weight.shape().sizes(), weight::view))
                        .toList());
    }

    static void load(Path file, List<Weight> weights) throws IOException {
        try (TensorSource source = SafeTensors.open(file)) {
            List<String> differences = new ArrayList<>();
            Set<String> expected = new HashSet<>();
            for (Weight weight : weights) {
                expected.add(weight.name());
                TensorInfo info = source.tensors().get(weight.name());
                if (info == null) {
                    differences.add(weight.name() + " is missing");
                } else if (!info.shape().equals(weight.shape().sizes())) {
                    differences.add("%s has shape %s, expected %s"
                            .formatted(
                                    weight.name(), info.shape(), weight.shape().sizes()));
                } else if (!info.type().isFloat()) {
                    differences.add("%s is of %s, expected floats".formatted(weight.name(), info.type()));
                }
            }
            source.tensors().keySet().stream()
                    .filter(name -> !expected.contains(name))
                    .forEach(name -> differences.add(name + " is not a weight of this model"));
            if (!differences.isEmpty()) {
                throw new WeightMismatchException(file, differences);
            }
            for (Weight weight : weights) {
                weight.write(values -> source.readFloats(weight.name(), values));
            }
        }
    }
}
