package io.github.bert4j.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The model that {@link ModelBenchmark} measures, for peers that read ONNX. */
@Command(name = "export", description = "Write the model as ONNX.")
final class ExportCommand implements Callable<Integer> {
    @Mixin
    private ModelOptions options;

    @Option(names = "--onnx", required = true, paramLabel = "FILE", description = "Where to.")
    private Path file;

    @Override
    public Integer call() throws IOException {
        try (RandomBert bert = new RandomBert(options)) {
            bert.export(file);
        }
        return 0;
    }
}
