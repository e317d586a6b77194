package io.github.bert4j.models;

import java.util.List;
import java.util.Map;

/**
 * What came of loading weights.
 *
 * <pre>{@code
 * var report = model.loadWeights(file, LoadOptions.byName());
 * report.missing().forEach(name -> log.warn("{} stays as it was", name));
 * }</pre>
 *
 * @param loaded names of the weights that the model has from the file now
 * @param skipped the file's other tensors, each with the reason
 * @param missing names of the model's weights that the file has nothing for, which stay as they were
 */
public record LoadedWeights(List<String> loaded, Map<String, String> skipped, List<String> missing) {
    public LoadedWeights {
        loaded = List.copyOf(loaded);
        skipped = Map.copyOf(skipped);
        missing = List.copyOf(missing);
    }
}
