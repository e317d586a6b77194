package io.github.bert4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script with programs that print a line at once. */
class CompareScriptTest {
    private static final String SCRIPT = "compare.sh";

    @TempDir
    private Path folder;

    @BeforeAll
    static void needsBash() {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "/bin/bash is absent");
    }

    @Test
    void isWrittenWithoutSyntaxErrors() throws Exception {
        assertEquals(0, bash(Map.of(), "-n", SCRIPT));
    }

    @Test
    void runsBothInTurnsAndNothingTwice() throws Exception {
        Path own = program("own");
        Path peer = program("peer");
        Map<String, String> programs = Map.of("JAVA", own.toString(), "PEER", peer.toString());
        Path out = folder.resolve("lines.jsonl");
        String[] arguments = {SCRIPT, "--configurations", "infer-full-fp32", "--rounds", "1", "--out", out.toString()};
        assertEquals(0, bash(programs, arguments));
        arguments[4] = "2";
        assertEquals(0, bash(programs, arguments));
        List<String> runs = Records.read(out).lines().stream()
                .map(line -> line.round() + " " + line.side() + " "
                        + line.result().get("from").asText())
                .toList();
        assertEquals(List.of("0 machine own", "1 bert4j own", "1 peer peer", "2 bert4j own", "2 peer peer"), runs);
    }

    @Test
    void stopsWhereAProgramFails() throws Exception {
        Path out = folder.resolve("lines.jsonl");
        assertEquals(1, bash(Map.of("JAVA", "false"), SCRIPT, "--out", out.toString()));
        assertEquals("", Files.readString(out));
    }

    @Test
    void refusesAnUnknownConfiguration() throws Exception {
        String out = folder.resolve("lines.jsonl").toString();
        assertEquals(2, bash(Map.of(), SCRIPT, "--configurations", "infer-half-fp32", "--out", out));
    }

    private Path program(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, "#!/bin/bash\necho 'Loading'\necho '{\"from\":\"" + name + "\"}'\n");
        if (!file.toFile().setExecutable(true)) {
            throw new IOException(file + " cannot be made executable");
        }
        return file;
    }

    private int bash(Map<String, String> environment, String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("/bin/bash");
        builder.command().addAll(List.of(arguments));
        builder.environment().putAll(environment);
        File log = folder.resolve("log").toFile();
        return builder.redirectErrorStream(true).redirectOutput(log).start().waitFor();
    }
}
