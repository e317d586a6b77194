package io.github.bert4j.cli;

import io.github.bert4j.pretraining.Corpus;
import io.github.bert4j.pretraining.Objective;
import io.github.bert4j.pretraining.Pretraining;
import io.github.bert4j.pretraining.Segmenter;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.tokenize.Tokenizer;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.SuspendedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code pretrain}. */
@Command(
        name = "pretrain",
        description = {
            "Go on with a checkpoint's pre-training on texts of your own, and save a checkpoint to fine-tune.",
            "FILE: documents with a blank line between them, a sentence or a paragraph per line."
        },
        footer = {
            "",
            "The last line of stdout is a JSON object: checkpoint, steps, tokens of the texts, and the last loss."
        })
final class PretrainCommand implements Callable<Integer> {
    /** Beside the result, but not named like it: a directory can hold one checkpoint. */
    private static final String STATE = "pretraining.state";

    @ParentCommand
    private Bert4j program;

    @Spec
    private CommandSpec spec;

    @Mixin
    private CheckpointOptions checkpoint;

    @Option(
            names = "--train",
            required = true,
            arity = "1..*",
            paramLabel = "FILE",
            description = "What to learn from, in the format above.")
    private List<Path> train;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where the checkpoint goes.")
    private Path out;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Batches to learn from.",
            converter = Numbers.AtLeastOne.class)
    private int steps = 10_000;

    @Option(names = "--batch", paramLabel = "N", description = "Texts per step.", converter = Numbers.AtLeastOne.class)
    private int batch = Pretraining.DEFAULTS.batchSize();

    @Option(
            names = "--lr",
            paramLabel = "RATE",
            description = "Learning rate after a tenth of the steps; 0 at the end.",
            converter = Numbers.Positive.class)
    private double learningRate = Pretraining.DEFAULTS.learningRate();

    @Option(
            names = "--max-length",
            paramLabel = "N",
            description = "Tokens per text, special ones included.",
            converter = Numbers.AtLeastOne.class)
    private int maxLength = Pretraining.DEFAULTS.maxLength();

    @Option(names = "--seed", paramLabel = "N", description = "The same seed gives the same run.")
    private long seed = Pretraining.DEFAULTS.seed();

    @Option(names = "--whole-words", description = "Mask all pieces of a word together; Chinese characters stay words.")
    private boolean wholeWords;

    @Option(names = "--nsp", description = "Learn to tell next sentences from others as well.")
    private boolean nextSentences;

    @Option(
            names = "--save-every",
            paramLabel = "N",
            description = "Steps after which the state is kept for --resume; Ctrl-C and kill keep it too.",
            converter = Numbers.AtLeastOne.class)
    private int saveEvery = 1000;

    @Option(names = "--resume", description = "Go on with a run of the same options that was interrupted.")
    private boolean resume;

    @Mixin
    private TokenizerOptions tokenizer;

    @Mixin
    private ComputeOptions compute;

    /** @param loss of the steps since the state was last kept; null where all of them were done before */
    private record Report(String checkpoint, int steps, long tokens, Double loss) {}

    @Override
    public Integer call() throws IOException {
        TrainingOptions options = options();
        Path state = out.resolve(STATE);
        checkpoint.config().ifPresent(config -> requireFit(config.longestInput()));
        if (resume != Files.exists(state)) {
            throw new IOException(
                    resume
                            ? state + " is not there, so no run was interrupted: leave out --resume"
                            : state + " is of a run that was interrupted: add --resume to go on with it, or remove it");
        }
        Outputs.requireDirectory(out);
        Objective objective = nextSentences ? Objective.MASKED_WORDS_AND_NEXT_SENTENCES : Objective.MASKED_WORDS;
        Console console = program.console();
        try (Pretraining pretraining = checkpoint.read((directory, gelu) -> Pretraining.fromCheckpoint(
                directory, options.withGelu(gelu).withTokenization(tokenizer.of(directory)), objective))) {
            compute.watch(pretraining.model().graph());
            Corpus corpus = read(pretraining.tokenizer());
            console.log("%d documents, %d tokens".formatted(corpus.size(), corpus.tokens()));
            Files.createDirectories(out);
            var progress = new Pretraining.Progress(state, saveEvery);
            Suspension suspension = new Suspension();
            double[] losses = program.interruption()
                    .during(
                            () -> pretraining.fit(corpus, steps, progress, console.progressBar(), suspension),
                            suspension::suspend,
                            console)
                    .values("loss");
            if (pretraining.step() < steps) {
                throw new SuspendedException(pretraining.step(), state);
            }
            pretraining.save(out);
            Files.deleteIfExists(state);
            Double last = losses.length == 0 ? null : losses[losses.length - 1];
            console.printJson(new Report(out.toString(), steps, corpus.tokens(), last));
        }
        compute.end(console);
        return ExitCode.OK;
    }

    /** Stops after the step under way. */
    private static final class Suspension implements Callback {
        private volatile boolean suspended;

        void suspend() {
            suspended = true;
        }

        @Override
        public void onStepEnd(StepEnd step) {
            if (suspended) {
                step.training().stop();
            }
        }
    }

    private Corpus read(Tokenizer cutting) throws IOException {
        return wholeWords ? Corpus.read(train, cutting, Segmenter.characters()) : Corpus.read(train, cutting);
    }

    private void requireFit(int positions) {
        if (maxLength > positions) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--max-length is %d: expected at most %d, the positions of this checkpoint"
                            .formatted(maxLength, positions));
        }
    }

    private TrainingOptions options() {
        try {
            return TrainingOptions.of(maxLength, batch, learningRate)
                    .withPrecision(compute.beginTraining())
                    .withSeed(seed);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
