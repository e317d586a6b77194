package io.github.bert4j.models;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A weight file that belongs to another model; lists everything that differs at once. */
public final class WeightMismatchException extends IOException {
    private static final long serialVersionUID = 1;

    WeightMismatchException(Path file, List<String> differences) {
        super(
                "%s does not hold this model's weights:\n  %s\nBuild the model as it was when the weights were saved, with the same names or in the same order of layers; LoadOptions.byName() takes what has the same name."
                        .formatted(file, String.join("\n  ", differences)));
    }
}
