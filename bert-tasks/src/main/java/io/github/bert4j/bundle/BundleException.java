package io.github.bert4j.bundle;

import java.io.IOException;
import java.nio.file.Path;

/** A bundle that cannot be used: incomplete, damaged, or of another kind than expected. */
public final class BundleException extends IOException {
    private static final long serialVersionUID = 1;

    BundleException(Path bundle, String reason) {
        super(bundle + " is not a usable bundle: " + reason);
    }

    BundleException(Path bundle, String reason, Throwable cause) {
        super(bundle + " is not a usable bundle: " + reason, cause);
    }
}
