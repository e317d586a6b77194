package io.github.bert4j.cli;

import io.github.bert4j.explain.AttentionMap;
import io.github.bert4j.explain.Explained;
import io.github.bert4j.explain.TextAttention;
import io.github.bert4j.explain.TextAttributions;
import io.github.bert4j.plots.AttributionPage;
import io.github.bert4j.plots.Plots;
import io.github.bert4j.task.MalformedQuestionException;
import io.github.bert4j.task.Question;
import io.github.bert4j.task.QuestionLine;
import io.github.bert4j.task.TrainedTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code explain}. */
@Command(
        name = "explain",
        description = {
            "Say why a text is labelled as it is: what each token adds to a label's probability, as a JSON object."
                    + " sentiment, classification.",
            "{\"label\":\"1\",\"probability\":0.98,\"baseline\":0.52,\"missing\":0.001,\"tokens\":[{\"token\":\"好\", …}]}"
        })
final class ExplainCommand implements Callable<Integer> {
    @ParentCommand
    private Bert4j program;

    @Spec
    private CommandSpec spec;

    @Mixin
    private BundleOptions bundle;

    @Parameters(index = "1", paramLabel = "TEXT", description = "The text, or a pair, as a line of predict.")
    private String text;

    @Option(
            names = "--out",
            paramLabel = "FILE.html",
            showDefaultValue = Visibility.NEVER,
            description = "A page with the text, coloured by what its characters add.")
    private Optional<Path> page = Optional.empty();

    @Option(
            names = "--label",
            paramLabel = "LABEL",
            showDefaultValue = Visibility.NEVER,
            description = "classification: which label; else that of the answer.")
    private Optional<String> label = Optional.empty();

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Steps of the integral: more leave less missing.",
            converter = Numbers.AtLeastOne.class)
    private int steps = 64;

    @Option(
            names = "--attention",
            paramLabel = "FILE.png",
            showDefaultValue = Visibility.NEVER,
            description = "A picture of which tokens look at which.")
    private Optional<Path> picture = Optional.empty();

    @Option(
            names = "--layer",
            paramLabel = "N",
            showDefaultValue = Visibility.NEVER,
            description = "Of the attention, from 0; else the highest.",
            converter = Numbers.AtLeastZero.class)
    private Optional<Integer> layer = Optional.empty();

    @Option(
            names = "--head",
            paramLabel = "N",
            showDefaultValue = Visibility.NEVER,
            description = "Of the layer, from 0; else the mean of all.",
            converter = Numbers.AtLeastZero.class)
    private Optional<Integer> head = Optional.empty();

    private record Explanation(
            String label, double probability, double baseline, double missing, List<TextAttributions.Token> tokens) {}

    @Override
    public Integer call() throws IOException {
        if (text.isBlank()) {
            throw new ParameterException(spec.commandLine(), "TEXT is blank: expected something to explain");
        }
        Outputs.require(page);
        Outputs.require(picture);
        try (TrainedTask<?> task = bundle.load()) {
            if (!(task.model() instanceof Explained explained)) {
                throw new IllegalArgumentException(
                        "The bundle's task has no such answer: expected one for sentiment or classification");
            }
            explain(explained, QuestionLine.parse(text, task.fields()));
        } catch (MalformedQuestionException e) {
            throw new ParameterException(spec.commandLine(), "TEXT: " + e.getMessage(), e);
        }
        bundle.end(program.console());
        return ExitCode.OK;
    }

    private void explain(Explained model, Question question) throws IOException {
        if (picture.isPresent()) {
            Plots.of(map(model.attention(question))).save(picture.get());
        }
        TextAttributions found = model.attributions(question, label, steps);
        if (page.isPresent()) {
            new AttributionPage(found).save(page.get());
        }
        program.console()
                .printJson(new Explanation(
                        found.label(), found.probability(), found.baseline(), found.missing(), found.tokens()));
    }

    private AttentionMap map(TextAttention attention) {
        int layers = attention.layers().size();
        int chosen = within("--layer", layer.orElse(layers - 1), layers);
        return head.isEmpty()
                ? attention.mean(chosen)
                : attention.map(
                        chosen, within("--head", head.get(), attention.layers().get(chosen).length));
    }

    private int within(String option, int number, int count) {
        if (number < 0 || number >= count) {
            throw new ParameterException(
                    spec.commandLine(), "%s is %d: expected 0 to %d".formatted(option, number, count - 1));
        }
        return number;
    }
}
