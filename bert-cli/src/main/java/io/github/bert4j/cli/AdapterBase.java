package io.github.bert4j.cli;

import io.github.bert4j.builtin.BuiltInModel;
import io.github.bert4j.bundle.Bundle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Where the base is that a bundle of {@code train --lora} adapts. */
final class AdapterBase {
    private AdapterBase() {}

    /** Something that is done with a bundle. */
    @FunctionalInterface
    interface Use<T> {
        T of(Bundle bundle) throws IOException;
    }

    /**
     * Does something with a bundle that knows where its base is. That of the built-in model is there only meanwhile, as it was
     * in training, so that bundles do not name it.
     *
     * @param chosen where it is said to be; empty for where it was
     */
    static <T> T find(Bundle bundle, Optional<Path> chosen, Use<T> use) throws IOException {
        if (bundle.adapter().isEmpty()) {
            return use.of(bundle);
        }
        Optional<Path> base = chosen.or(bundle::base);
        if (base.filter(path -> !path.toString().equals(BuiltInModel.NAME)).isPresent()) {
            return use.of(bundle.on(base.get()));
        }
        try (BuiltInModel model = BuiltInModel.unpack()) {
            return use.of(bundle.on(model.directory()));
        }
    }
}
