package io.github.bert4j.cli;

import io.github.bert4j.datasets.Lines;
import io.github.bert4j.similarity.Normalization;
import io.github.bert4j.similarity.SentenceEncoder;
import io.github.bert4j.task.Answer;
import io.github.bert4j.task.Question;
import io.github.bert4j.task.QuestionFields;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
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

    @Option(
            names = "--prompt",
            paramLabel = "NAME",
            showDefaultValue = Visibility.NEVER,
            description =
                    "The encoder's prompt to read before each text, such as query or document. Default: its standard one.")
    private Optional<String> prompt = Optional.empty();

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FILE",
            description = "A text per line, UTF-8; stdin if there is none.")
    private Optional<Path> file;

    private record Vector(float[] vector) {}

    @Override
    public Integer call() throws IOException {
        int code;
        try (SentenceEncoder model = encoder.load();
                Lines lines = program.console().input(file)) {
            code = new LineAnswers(QuestionFields.text(), questions -> vectors(questions, model))
                    .print(lines, program.console());
            program.console().logCut(model.cut());
        }
        encoder.end(program.console());
        return code;
    }

    private List<Answer> vectors(List<Question> questions, SentenceEncoder model) {
        List<String> texts = questions.stream().map(Question::text).toList();
        Normalization normalization = normalized ? Normalization.L2 : Normalization.NONE;
        List<float[]> vectors = prompt.isPresent()
                ? model.encode(texts, prompt.get(), normalization)
                : model.encode(texts, normalization);
        return IntStream.range(0, texts.size())
                .mapToObj(i -> Answer.of(questions.get(i), QuestionFields.text(), new Vector(vectors.get(i))))
                .toList();
    }
}
