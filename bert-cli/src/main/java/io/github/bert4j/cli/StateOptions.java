package io.github.bert4j.cli;

import io.github.bert4j.train.Checkpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How a training is kept that may be interrupted, and taken up again. */
final class StateOptions {
    static final String RESUME = "--resume";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            showDefaultValue = Visibility.NEVER,
            description =
                    "Where the state of an unfinished training is kept. Default: beside --out, with .state added; where that cannot be written, in the temporary directory.")
    private Optional<Path> state = Optional.empty();

    @Option(
            names = "--save-every",
            paramLabel = "N",
            showDefaultValue = Visibility.NEVER,
            description = "Steps after which the state is saved; else it is where Ctrl-C or kill ends the training.",
            converter = Numbers.AtLeastOne.class)
    private Optional<Integer> steps = Optional.empty();

    @Option(
            names = "--save-minutes",
            paramLabel = "N",
            showDefaultValue = Visibility.NEVER,
            description = "Minutes after which the state is saved.",
            converter = Numbers.AtLeastOne.class)
    private Optional<Integer> minutes = Optional.empty();

    @Option(
            names = RESUME,
            description =
                    "Go on with a training of the same data and options that was interrupted; the result is the same.")
    private boolean resume;

    /** Whether a training is gone on with. */
    boolean isResumed() {
        return resume;
    }

    /** A bundle may be mounted in a folder that cannot be written: then its state goes to the temporary one. */
    private static Path beside(Path out) {
        return Files.isWritable(existing(out.getParent()))
                ? out.resolveSibling(out.getFileName() + ".state")
                : Path.of(System.getProperty("java.io.tmpdir"))
                        .resolve("bert4j-%s-%08x.state".formatted(out.getFileName(), out.hashCode()));
    }

    private static Path existing(Path directory) {
        Path found = directory;
        while (!Files.exists(found)) {
            found = found.getParent();
        }
        return found;
    }

    /**
     * Where and when to save.
     *
     * @param out where the bundle goes
     * @throws ParameterException if a number makes no sense
     * @throws IOException if there is a state, but it is not to be taken up, or the other way round
     */
    Checkpoints checkpoints(Path out) throws IOException {
        Path target = out.toAbsolutePath().normalize();
        state.ifPresent(place -> Outputs.requireOutside(out, Map.of("--state", place), spec));
        Checkpoints checkpoints = Checkpoints.in(state.orElse(beside(target)));
        try {
            if (steps.isPresent()) {
                checkpoints = checkpoints.everySteps(steps.get());
            }
            if (minutes.isPresent()) {
                checkpoints = checkpoints.every(Duration.ofMinutes(minutes.get()));
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        boolean found = !checkpoints.states().isEmpty();
        if (resume != found) {
            throw new IOException(
                    resume
                            ? "%s holds no state, so no training was interrupted: leave out %s"
                                    .formatted(checkpoints.directory(), RESUME)
                            : "%s holds the state of a training that was interrupted: add %s to go on with it, or remove it"
                                    .formatted(checkpoints.directory(), RESUME));
        }
        return checkpoints;
    }
}
