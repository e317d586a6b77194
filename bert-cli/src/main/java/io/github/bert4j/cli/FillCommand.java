package io.github.bert4j.cli;

import io.github.bert4j.builtin.BuiltInModel;
import io.github.bert4j.pretraining.MaskedWordPredictor;
import io.github.bert4j.pretraining.MaskedWordPredictor.Candidate;
import io.github.bert4j.task.Answer;
import io.github.bert4j.task.Question;
import io.github.bert4j.task.QuestionFields;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code fill}. */
@Command(
        name = "fill",
        description = {
            "Say which words a checkpoint expects behind [MASK]: a JSON object for every line of stdin.",
            "{\"text\":\"今天天[MASK]不错\",\"masks\":[[{\"token\":\"气\",\"probability\":0.99}, …]]}"
        })
final class FillCommand implements Callable<Integer> {
    @ParentCommand
    private Bert4j program;

    @Mixin
    private CheckpointOptions checkpoint;

    @Mixin
    private TokenizerOptions tokenizer;

    @Option(
            names = "--top",
            paramLabel = "N",
            description = "Candidates per mask.",
            converter = Numbers.AtLeastOne.class)
    private int top = 5;

    /** Of the built-in model, which has no such head, nothing is said. */
    static void describe(CommandLine fill) {
        OptionSpec checkpoint = fill.getCommandSpec().findOption("--checkpoint");
        fill.getCommandSpec().remove(checkpoint);
        fill.getCommandSpec()
                .addOption(OptionSpec.builder(checkpoint)
                        .description("A directory with a checkpoint as it was pre-trained, its heads included.")
                        .build());
    }

    private record Masks(List<List<Candidate>> masks) {}

    @Override
    public Integer call() throws IOException {
        Console console = program.console();
        if (checkpoint.isBuiltIn()) {
            throw new IllegalArgumentException(
                    BuiltInModel.NAME
                            + " has no masked-word head: expected a checkpoint as it was pre-trained, such as Google's chinese_L-12_H-768_A-12");
        }
        try (MaskedWordPredictor words = checkpoint.read(
                (directory, gelu) -> MaskedWordPredictor.load(directory, gelu, tokenizer.of(directory)))) {
            return new LineAnswers(
                            QuestionFields.text(),
                            questions -> questions.stream()
                                    .map(question -> filled(question, words))
                                    .toList())
                    .print(console.input(), console);
        }
    }

    private Answer filled(Question question, MaskedWordPredictor words) {
        try {
            return Answer.of(question, QuestionFields.text(), new Masks(words.fill(question.text(), top)));
        } catch (IllegalArgumentException e) {
            return Answer.failure(question, e.getMessage());
        }
    }
}
