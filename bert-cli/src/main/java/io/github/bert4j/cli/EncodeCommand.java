package io.github.bert4j.cli;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.graph.Graph;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code encode}. */
@Command(
        name = "encode",
        description = {
            "Show what a checkpoint makes of texts: vectors, words for every position, next-sentence logits.",
            "stdin holds a text per line, with a TAB between the two of a pair; or, if it starts with {, a JSON object"
                    + " {\"input_ids\":[[…]],\"segment_ids\":[[…]]}. Padding (id 0) gives vectors of zeros."
        })
final class EncodeCommand implements Callable<Integer> {
    @ParentCommand
    private Bert4j program;

    @Mixin
    private CheckpointOptions checkpoint;

    @Mixin
    private ComputeOptions compute;

    @Option(
            names = "--tokenizer",
            paramLabel = "our|wordpiece",
            description = "A token per character, or Google's word pieces.")
    private TokenizerKind tokenizer = TokenizerKind.OUR;

    @Option(names = "--lower-case", description = "Lower-case the texts first, as checkpoints called \"uncased\" need.")
    private boolean lowerCase;

    @Option(names = "--json", description = "Print a JSON object per text instead of a summary.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        try (Graph graph = new Graph(0, compute.begin())) {
            compute.watch(graph);
            Bert bert = checkpoint.read((directory, gelu) -> Bert.load(graph, directory, gelu));
            TextEncoder encoder = new TextEncoder(graph, bert, tokenizer.of(bert.vocabulary(), lowerCase));
            EncoderInput.read(program.console().input(), encoder, this::print);
        }
        compute.end(program.console());
        return ExitCode.OK;
    }

    private void print(EncodedText text) throws IOException {
        Console console = program.console();
        if (json) {
            console.printJson(text);
        } else {
            console.print(String.join(" ", text.tokens()));
            console.print("  [CLS] " + start(text.sequenceOutput()[0]));
            if (text.pooledOutput() != null) {
                console.print("  pooled " + start(text.pooledOutput()));
            }
            if (text.nspLogits() != null) {
                console.print("  next sentence " + start(text.nspLogits()));
            }
            for (int i = 0; text.mlmTop5() != null && i < text.tokens().size(); i++) {
                console.print("  %s: %s"
                        .formatted(text.tokens().get(i), words(text.mlmTop5().get(i))));
            }
        }
        console.flush();
    }

    private static String start(float[] vector) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(vector.length, 6); i++) {
            text.append(" %.4f".formatted(vector[i]));
        }
        return text + (vector.length > 6 ? " …" : "");
    }

    private static String words(List<EncodedText.Word> words) {
        return String.join(
                " ",
                words.stream()
                        .map(word -> Optional.ofNullable(word.token()).orElse("#" + word.id()))
                        .toList());
    }
}
