package io.github.bert4j.cli;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.datasets.Lines;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.task.Answer;
import io.github.bert4j.task.Question;
import io.github.bert4j.task.QuestionFields;
import io.github.bert4j.tokenize.CheckpointTokenizer;
import io.github.bert4j.tokenize.Tokenization;
import io.github.bert4j.tokenize.Tokenization.Tokens;
import io.github.bert4j.tokenize.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
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
            "stdin holds a text per line, with a TAB between the two of a pair, or an object {\"text\": …, \"second\": …};"
                    + " or all of it is one JSON object {\"input_ids\":[[…]],\"segment_ids\":[[…]]}. Padding gives"
                    + " vectors of zeros."
        })
final class EncodeCommand implements Callable<Integer> {
    private static final QuestionFields FIELDS = QuestionFields.textOrPair();

    @ParentCommand
    private Bert4j program;

    @Mixin
    private CheckpointOptions checkpoint;

    @Mixin
    private TokenizerOptions tokenizer;

    @Mixin
    private ComputeOptions compute;

    @Option(names = "--json", description = "Print a JSON object per text instead of a summary.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        int code;
        try (Graph graph = new Graph(0, compute.begin())) {
            compute.watch(graph);
            TextEncoder encoder = checkpoint.read((directory, gelu) -> {
                Bert bert = Bert.load(graph, directory, gelu);
                return new TextEncoder(graph, bert, tokenizer(bert, directory));
            });
            Lines lines = program.console().input();
            List<String> read = new ArrayList<>();
            Optional<EncoderInput> document = EncoderInput.read(lines, read);
            code = document.isPresent() ? rows(document.get(), encoder) : lines(read, lines, encoder);
        }
        compute.end(program.console());
        return code;
    }

    private Tokenizer tokenizer(Bert bert, Path directory) throws IOException {
        Optional<CheckpointTokenizer> own = bert.ownTokenizer();
        if (tokenizer.isCheckpoints()) {
            return own.isPresent() ? own.get() : CheckpointTokenizer.load(directory);
        }
        boolean lowerCase = own.isPresent() && own.get().lowerCases();
        return bert.tokenizer(tokenizer.of(new Tokenization(Tokens.CHARACTERS, lowerCase)));
    }

    private int rows(EncoderInput input, TextEncoder encoder) throws IOException {
        for (int i = 0; i < input.inputIds().length; i++) {
            try {
                print(encoder.encode(input.inputIds()[i], input.segments(i)));
            } catch (IllegalArgumentException e) {
                throw new IOException("stdin, row %d: %s".formatted(i, e.getMessage()), e);
            }
        }
        return ExitCode.OK;
    }

    /** One by one, as what is made of a text is large. */
    private int lines(List<String> read, Lines lines, TextEncoder encoder) throws IOException {
        LineAnswers answers = new LineAnswers(FIELDS, questions -> List.of(encoded(questions, encoder)));
        boolean given = lines.number() == 0;
        for (String line : read) {
            given |= print(answers.answer(line));
        }
        for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
            given |= print(answers.answer(line.get()));
        }
        return given ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private static Answer encoded(List<Question> questions, TextEncoder encoder) {
        Question question = questions.get(0);
        try {
            return Answer.of(question, FIELDS, encoder.encode(question));
        } catch (IllegalArgumentException e) {
            return Answer.failure(question, e.getMessage());
        }
    }

    private boolean print(Answer answer) throws IOException {
        if (answer.said().isPresent() && !json) {
            print((EncodedText) answer.said().get());
        } else {
            program.console().printJson(answer);
            program.console().flush();
        }
        return answer.isGiven();
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
