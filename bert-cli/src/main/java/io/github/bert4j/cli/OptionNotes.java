package io.github.bert4j.cli;

import io.github.bert4j.train.Checkpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What a training's state notes of its command: a training goes on with the same options and validation data only. */
final class OptionNotes {
    /** Options that neither change the result nor name data, whose content counts instead. */
    private static final Set<String> UNNOTED = Set.of(
            "--train",
            "--valid",
            "--out",
            "--overwrite",
            "--log",
            "--tensorboard",
            "--non-finite",
            "--state",
            "--save-every",
            "--save-minutes",
            StateOptions.RESUME,
            "--threads",
            "--profile",
            "--stacktrace",
            "--help",
            "--version");

    /** Noted where they are given alone, since states of versions before them do not have them. */
    private static final Set<String> LATER = Set.of(
            TrainTaskCommand.CONTINUE,
            "--warm-up",
            "--decay",
            "--spacing",
            "--loss",
            "--mine",
            "--few-shot",
            LowRankOptions.LORA,
            "--lora-alpha",
            "--lora-dropout",
            "--lora-kernels",
            "--lora-layers");

    private OptionNotes() {}

    /** The same checkpoints, and a state is taken up only where the options are equal; what it learns from, a state knows. */
    static Checkpoints in(Checkpoints checkpoints, CommandSpec spec, TokenizerOptions tokenizer, List<Path> validation)
            throws IOException {
        Checkpoints noting = checkpoints.noting("validation files", checksum(validation));
        for (OptionSpec option : spec.options()) {
            String name = option.longestName();
            boolean unusual = TokenizerOptions.NAMES.contains(name)
                    ? tokenizer.isGiven()
                    : !LATER.contains(name)
                            || spec.commandLine().getParseResult().hasMatchedOption(name);
            if (!UNNOTED.contains(name) && unusual) {
                noting = noting.noting(name, String.valueOf(option.<Object>getValue()));
            }
        }
        return noting;
    }

    private static String checksum(List<Path> paths) throws IOException {
        CRC32C crc = new CRC32C();
        for (Path path : paths) {
            try (Stream<Path> files = Files.walk(path)) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    crc.update(Files.readAllBytes(file));
                }
            }
        }
        return "CRC32C %08x".formatted(crc.getValue());
    }
}
