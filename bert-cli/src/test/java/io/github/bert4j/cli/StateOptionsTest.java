package io.github.bert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.testdata.SampleData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateOptionsTest {
    @TempDir
    private Path folder;

    private CommandLineRun train(String... options) throws IOException {
        Path checkpoint = folder.resolve("tiny");
        if (!Files.exists(checkpoint)) {
            SampleData.tinyBert(checkpoint);
        }
        Path data = folder.resolve("reviews.tsv");
        Files.writeString(data, "1\t很好\n0\t很差\n");
        List<String> arguments = new ArrayList<>(List.of(
                "train",
                "sentiment",
                "--checkpoint=" + checkpoint,
                "--train=" + data,
                "--out=" + folder.resolve("bundle"),
                "--epochs=2",
                "--max-length=10"));
        arguments.addAll(List.of(options));
        return CommandLineRun.of(arguments.toArray(String[]::new));
    }

    private Path damagedState() throws IOException {
        Path state = folder.resolve("bundle.state").resolve("step-5.safetensors");
        Files.createDirectories(state.getParent());
        return Files.writeString(state, "nothing that could be taken up");
    }

    @Test
    void keepsNothingOfATrainingThatIsDone() throws IOException {
        CommandLineRun run = train("--save-every=1");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(Files.exists(folder.resolve("bundle")));
        assertFalse(Files.exists(folder.resolve("bundle.state")));
    }

    @Test
    void refusesToResumeWhatWasNotInterrupted() throws IOException {
        CommandLineRun run = train("--resume");
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("leave out --resume"), run.err());
    }

    @Test
    void refusesToBeginAnewOverAStateThatIsThere() throws IOException {
        Path state = damagedState();
        CommandLineRun run = train();
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("add --resume"), run.err());
        assertTrue(Files.exists(state));
    }

    @Test
    void saysWhichStateIsDamaged() throws IOException {
        damagedState();
        CommandLineRun run = train("--resume");
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("step-5.safetensors"), run.err());
        assertFalse(Files.exists(folder.resolve("bundle")));
    }

    @Test
    void refusesToSaveEveryNoSteps() throws IOException {
        assertEquals(2, train("--save-every=0").exitCode());
    }

    @Test
    void quotesWhatAShellWouldTakeApart() {
        String command = new Invocation(List.of("train", "--out=it's here", "--train=很好.tsv")).with("--resume");
        assertTrue(command.endsWith(" train '--out=it'\\''s here' --train=很好.tsv --resume"), command);
        assertTrue(new Invocation(List.of("train", "--resume")).with("--resume").endsWith(" train --resume"));
    }
}
