package io.github.bert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.task.TaskType;
import io.github.bert4j.testdata.SampleData;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Every option of every command: a value that makes no sense ends it by 2, before there is any work. */
class WrongOptionsTest {
    /** Any number is a seed. */
    private static final Set<String> ANY_NUMBER = Set.of("--seed");

    @TempDir
    private Path folder;

    private String checkpoint;

    @BeforeEach
    void copyCheckpoint() throws IOException {
        checkpoint = SampleData.tinyBert(folder.resolve("tiny")).toString();
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void refusesNumbersOutOfRange(String command, String option) {
        for (String value : List.of("-7", "0.5.1", "NaN", "1e999")) {
            List<String> arguments = new ArrayList<>(Arrays.asList(command.split(" ")));
            arguments.add(option + "=" + value);
            var run = CommandLineRun.of(arguments.toArray(String[]::new));
            assertEquals(2, run.exitCode(), run.err());
            assertTrue(run.err().startsWith("bert4j: Invalid value for option '" + option + "'"), run.err());
            assertTrue(run.err().contains("received " + value), run.err());
        }
    }

    static Stream<Arguments> numbers() {
        var console = new Console(
                new ByteArrayInputStream(new byte[0]), new ByteArrayOutputStream(), new ByteArrayOutputStream());
        CommandLine commands = new Bert4j(console, Interruption.never(), new Invocation(List.of())).commands();
        List<Arguments> numbers = new ArrayList<>();
        collect(commands, "", numbers);
        assertTrue(numbers.size() > 100, numbers.size() + " options");
        return numbers.stream();
    }

    private static void collect(CommandLine command, String name, List<Arguments> numbers) {
        for (OptionSpec option : command.getCommandSpec().options()) {
            Class<?> type = option.typeInfo().isOptional()
                    ? option.auxiliaryTypes()[0]
                    : option.typeInfo().getType();
            boolean number =
                    Set.of(int.class, Integer.class, double.class, Double.class).contains(type);
            if (number && !ANY_NUMBER.contains(option.longestName())) {
                numbers.add(Arguments.of(name.strip(), option.longestName()));
            }
        }
        command.getSubcommands().forEach((sub, line) -> collect(line, name + " " + sub, numbers));
    }

    /** Files of data are not there: whoever looked for them would end by 1. */
    @ParameterizedTest
    @MethodSource("tasks")
    void comparesOptionsWithEachOtherAndWithTheCheckpoint(String task) throws IOException {
        for (String[] wrong : new String[][] {
            {"--patience=1", "--patience needs --valid"},
            {"--freeze-layers=99", "--freeze-layers is 99: expected at most 2"},
            {"--max-length=1022", "--max-length is 1022: expected at most "},
            {"--log=" + folder.resolve("out/log.csv"), "--log is "},
            {"--plots=" + folder.resolve("out/plots"), "--plots is "},
            {"--tensorboard=" + folder.resolve("out"), "--tensorboard is "},
            {"--state=" + folder.resolve("out/state"), "--state is "}
        }) {
            var run = train(task, "--out=" + folder.resolve("out"), wrong[0]);
            assertEquals(2, run.exitCode(), run.err());
            assertTrue(run.err().startsWith("bert4j: " + wrong[1]), run.err());
        }
        try (var files = Files.list(folder)) {
            assertEquals(List.of(folder.resolve("tiny")), files.toList(), "nothing was made");
        }
    }

    /** Those that label whole texts look for their data, which is not there. */
    @ParameterizedTest
    @MethodSource("tasks")
    void refusesRDropWhereThereIsNothingToCompare(String task) {
        boolean wholeTexts = Set.of("sentiment", "classification", "reranking").contains(task);
        var run = train(task, "--out=" + folder.resolve("out"), "--r-drop=4");
        assertEquals(wholeTexts ? 1 : 2, run.exitCode(), run.err());
        assertTrue(run.err().contains(wholeTexts ? "absent" : "--r-drop compares"), run.err());
    }

    @ParameterizedTest
    @MethodSource("tasks")
    void looksWhetherItsResultHasAPlace(String task) throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "mine");
        Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("nowhere"));
        Path notes = Files.createDirectory(folder.resolve("notes"));
        Files.writeString(notes.resolve("bundle.json"), "{\"formatVersion\":1,\"task\":\"x\",\"checksum\":\"\"}");
        Files.writeString(notes.resolve("notes.txt"), "mine");
        Path others = Files.createDirectory(folder.resolve("others"));
        Files.writeString(others.resolve("bundle.json"), "{\"modules\":[]}");
        Path bundle = Files.createDirectory(folder.resolve("bundle"));
        Files.writeString(bundle.resolve("bundle.json"), "{\"formatVersion\":1,\"task\":\"x\",\"checksum\":\"\"}");
        for (String[] place : new String[][] {
            {file.toString(), "is a file"},
            {file + "/below", "a file, expected a directory"},
            {dangling.toString(), "symbolic link"},
            {notes.toString(), "holds notes.txt"},
            {others.toString(), "is not a bundle"},
            {bundle.toString(), "add --overwrite"}
        }) {
            var run = train(task, "--out=" + place[0]);
            assertEquals(1, run.exitCode(), run.err());
            assertTrue(run.err().contains(place[1]), run.err());
        }
        assertEquals("mine", Files.readString(file));
        assertEquals("mine", Files.readString(notes.resolve("notes.txt")));
        assertTrue(Files.exists(others.resolve("bundle.json")));
    }

    @ParameterizedTest
    @CsvSource({
        "evaluate nowhere x --report=/nowhere/at/all",
        "evaluate nowhere x --scores=/nowhere/at/all",
        "evaluate nowhere x --predictions=/nowhere/at/all",
        "evaluate nowhere x --confusion=/nowhere/at/all",
        "explain nowhere 好 --out=/nowhere/at/all",
        "explain nowhere 好 --attention=/nowhere/at/all"
    })
    void looksWhetherReportsHaveAPlaceBeforeAnythingIsLoaded(String command) {
        var run = CommandLineRun.of(command.split(" "));
        assertEquals(1, run.exitCode(), run.err());
        assertTrue(run.err().startsWith("bert4j: /nowhere/at: there is no such directory"), run.err());
    }

    private CommandLineRun train(String task, String... options) {
        List<String> arguments = new ArrayList<>(
                List.of("train", task, "--checkpoint=" + checkpoint, "--train=" + folder.resolve("absent")));
        TaskType.all().stream()
                .filter(type -> type.name().equals(task))
                .flatMap(type -> type.options().stream())
                .filter(option -> option.required())
                .forEach(option -> arguments.add("--" + option.name() + "=" + folder.resolve("absent")));
        arguments.addAll(List.of(options));
        return CommandLineRun.of(arguments.toArray(String[]::new));
    }

    static Stream<String> tasks() {
        return TaskType.all().stream().map(TaskType::name);
    }
}
