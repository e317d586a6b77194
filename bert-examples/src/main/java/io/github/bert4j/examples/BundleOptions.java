package io.github.bert4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which trained model to use, or which ones together. */
final class BundleOptions {
    @Parameters(index = "0", paramLabel = "BUNDLE", description = "What train saved, or a zip of it.")
    private Path bundle;

    @Option(
            names = "--with",
            paramLabel = "BUNDLE",
            showDefaultValue = Visibility.NEVER,
            description = "event: another bundle; what they say is averaged. May be given several times.")
    private List<Path> others = List.of();

    TrainedTask load() throws IOException {
        return TrainedTask.load(bundle, others);
    }
}
