package io.github.bert4j.fuzz;

import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.bundle.BundleException;
import java.nio.file.Path;
import java.util.List;

/** The reader of bundles that are zips. */
public final class ZipBundleFuzz {
    private static final Input INPUT = Input.inTemporaryFolder();

    private ZipBundleFuzz() {}

    /** The input is the zip. */
    public static void fuzzerTestOneInput(byte[] data) {
        Path zip = INPUT.write("bundle.zip", data);
        INPUT.read(() -> Bundle.open(zip).close(), List.of(BundleException.class));
    }
}
