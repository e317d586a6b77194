package io.github.bert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.testdata.SampleData;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "quickstart",
                "train",
                "train sentiment",
                "train relation",
                "train event",
                "train classification",
                "train similarity",
                "train entity",
                "train answer",
                "train joint",
                "evaluate",
                "predict",
                "explain",
                "serve",
                "pretrain",
                "fill",
                "inspect",
                "convert",
                "encode",
                "embed",
                "search"
            })
    void explainsEveryCommand(String command) {
        var run = CommandLineRun.of((command + " --help").split(" "));
        assertEquals(0, run.exitCode());
        assertTrue(run.out().startsWith("Usage: bert4j " + command), run.out());
        assertFalse(run.out().contains("Optional"), run.out());
        assertEquals("", run.err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "train",
                "evaluate bundle",
                "explain bundle",
                "explain bundle text --steps 0",
                "encode",
                "inspect a b",
                "encode --checkpoint c --gelu relu",
                "train sentiment --checkpoint c --train t --out o --batch 0",
                "train sentiment --checkpoint c --train t --out o --epochs 0",
                "pretrain --checkpoint c --train t --out o --steps 0",
                "serve",
                "serve bundle --port 65536",
                "serve bundle --batch 0",
                "serve bundle --queue 10",
                "serve bundle --timeout 0",
                "train relation --checkpoint c --train t --out o"
            })
    void endsWith2WhereTheCommandIsWrong(String command) {
        var run = CommandLineRun.of(command.isEmpty() ? new String[0] : command.split(" "));
        assertEquals(2, run.exitCode(), run.err());
        assertEquals("", run.out());
        assertTrue(run.err().startsWith("bert4j: "), run.err());
        assertTrue(run.err().contains("--help"), run.err());
    }

    @Test
    void saysWhichJarsTaskCannotBeUsed() throws IOException {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve("io.github.bert4j.task.TaskType"), "nowhere.NoTask\n");
        ClassLoader own = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader broken =
                new URLClassLoader(new URL[] {folder.toUri().toURL()}, own)) {
            Thread.currentThread().setContextClassLoader(broken);
            var run = CommandLineRun.of("train", "--help");
            assertEquals(1, run.exitCode());
            assertTrue(
                    run.err().startsWith("bert4j: a jar on the class path has a task that cannot be used"), run.err());
            assertTrue(run.err().contains("nowhere.NoTask"), run.err());
        } finally {
            Thread.currentThread().setContextClassLoader(own);
        }
    }

    @Test
    void suggestsTheTaskThatWasMeant() {
        var run = CommandLineRun.of("train", "sentimnt");
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("Did you mean sentiment"), run.err());
    }

    @Test
    void saysWhatIsWrongInOneLineAndShowsWhereOnlyIfAsked() {
        var plain = CommandLineRun.of(
                "inspect", folder.resolve("absent.safetensors").toString());
        assertEquals(1, plain.exitCode());
        assertEquals(
                "bert4j: " + folder.resolve("absent.safetensors") + ": there is no such file",
                plain.err().strip());
        var traced = CommandLineRun.of(
                "inspect", folder.resolve("absent.safetensors").toString(), "--stacktrace");
        assertTrue(traced.err().contains("NoSuchFileException"), traced.err());
        assertTrue(traced.err().contains("\tat "), traced.err());
    }

    @Test
    void namesTheCandidatesOfACheckpointThatIsNotOne() throws IOException {
        Path checkpoint = SampleData.tinyBert(folder.resolve("tiny"));
        Files.createFile(checkpoint.resolve("other.ckpt.index"));
        var run = CommandLineRun.withInput("好", "encode", "--checkpoint", checkpoint.toString());
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("[bert_model.ckpt.index, other.ckpt.index]"), run.err());
    }

    @Test
    void explainsAnArgumentThatTheLocaleSwallowed() {
        var run = CommandLineRun.of("inspect", "\uFFFD\uFFFD.ckpt");
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("LC_ALL"), run.err());
    }

    @Test
    void isQuietWhenTheReaderHasHadEnoughButNotWhenTheDiskIsFull() throws IOException {
        Path checkpoint = SampleData.tinyBert(folder.resolve("tiny"));
        String[] command = {"inspect", checkpoint.toString()};
        var quiet = new ByteArrayOutputStream();
        assertEquals(0, Bert4j.run(noInput(), refusing("Broken pipe"), quiet, Interruption.never(), command));
        assertEquals("", quiet.toString());
        var loud = new ByteArrayOutputStream();
        assertEquals(
                1, Bert4j.run(noInput(), refusing("No space left on device"), loud, Interruption.never(), command));
        assertTrue(loud.toString().contains("No space left on device"), loud.toString());
    }

    private static ByteArrayInputStream noInput() {
        return new ByteArrayInputStream(new byte[0]);
    }

    private static OutputStream refusing(String reason) {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException(reason);
            }
        };
    }
}
