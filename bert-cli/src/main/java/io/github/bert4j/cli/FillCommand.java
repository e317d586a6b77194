package io.github.bert4j.cli;

import io.github.bert4j.datasets.Lines;
import io.github.bert4j.pretraining.MaskedWordPredictor;
import io.github.bert4j.pretraining.MaskedWordPredictor.Candidate;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code fill}. */
@Command(
        name = "fill",
        description = {
            "Say which words a checkpoint expects behind [MASK]: a JSON object for every line of stdin that is not blank.",
            "{\"text\":\"今天天[MASK]不错\",\"masks\":[[{\"token\":\"气\",\"probability\":0.99}, …]]}"
        })
final class FillCommand implements Callable<Integer> {
    @ParentCommand
    private Bert4j program;

    @Mixin
    private CheckpointOptions checkpoint;

    @Mixin
    private TokenizerOptions tokenizer;

    @Option(names = "--top", paramLabel = "N", description = "Candidates per mask.")
    private int top = 5;

    private record Filled(String text, List<List<Candidate>> masks) {}

    @Override
    public Integer call() throws IOException {
        Console console = program.console();
        Lines lines = console.input();
        try (MaskedWordPredictor words =
                checkpoint.read((directory, gelu) -> MaskedWordPredictor.load(directory, gelu, tokenizer::of))) {
            for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
                String text = line.get();
                if (!text.isBlank()) {
                    console.printJson(new Filled(text, words.fill(text, top)));
                    console.flush();
                }
            }
        }
        return ExitCode.OK;
    }
}
