package io.github.bert4j.cli;

import io.github.bert4j.datasets.Lines;
import io.github.bert4j.similarity.Normalization;
import io.github.bert4j.similarity.SentenceEncoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code embed}. */
@Command(
        name = "embed",
        description = "Turn every line of a text into a vector: one JSON object per line, in the same order.")
final class EmbedCommand implements Callable<Integer> {
    @ParentCommand
    private Bert4j program;

    @Mixin
    private EncoderOptions encoder;

    @Option(names = "--l2", description = "Divide each vector by its length.")
    private boolean normalized;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FILE",
            description = "A text per line, UTF-8; stdin if there is none.")
    private Optional<Path> file;

    /** One line of output. */
    private record Embedded(String text, float[] vector) {}

    @Override
    public Integer call() throws IOException {
        try (SentenceEncoder model = encoder.load();
                Lines lines = program.console().input(file)) {
            for (List<String> chunk = lines.chunk(); !chunk.isEmpty(); chunk = lines.chunk()) {
                print(chunk, model);
            }
        }
        encoder.end(program.console());
        return ExitCode.OK;
    }

    private void print(List<String> lines, SentenceEncoder model) throws IOException {
        List<String> texts = lines.stream().filter(line -> !line.isBlank()).toList();
        Iterator<float[]> vectors = model.encode(texts, normalized ? Normalization.L2 : Normalization.NONE)
                .iterator();
        for (String line : lines) {
            program.console().printJson(line.isBlank() ? Failure.BLANK : new Embedded(line, vectors.next()));
        }
        program.console().flush();
    }
}
