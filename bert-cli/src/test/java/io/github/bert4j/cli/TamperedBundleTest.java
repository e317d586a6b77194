package io.github.bert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A bundle.json that was changed by someone who knows how to make its checksum fit. */
class TamperedBundleTest {
    private static final String CHECKSUM = "\"checksum\" : \"";

    /** What to find in a bundle.json, and what to put there. */
    private static final List<String[]> CHANGES = List.of(
            new String[] {"(?s)\"head\" : \\{.*?\\n  }", "\"head\" : null"},
            new String[] {"(?s)\"head\" : \\{.*?\\n  }", "\"head\" : []"},
            new String[] {"\"formatVersion\" : 1", "\"formatVersion\" : \"1\""},
            new String[] {"\"formatVersion\" : 1", "\"formatVersion\" : 1.0"},
            new String[] {"\"formatVersion\" : 1", "\"formatVersion\" : 1, \"formatVersion\" : 1"},
            new String[] {"\"(ERF|TANH)\"", "0"},
            new String[] {"(\"max(?:Training)?Length\") : \\d+", "$1 : 0"},
            new String[] {"(\"max(?:Training)?Length\") : \\d+", "$1 : -5"},
            new String[] {"(\"max(?:Training)?Length\") : (\\d+)", "$1 : $2.0"},
            new String[] {"(\"max(?:Training)?Length\") : (\\d+)", "$1 : \"$2\""},
            new String[] {"(\"(?:labels|predicates|types)\") : \\[ (\"[^\"]*\")", "$1 : [ $2, $2"},
            new String[] {"(\"task\") : \"\\w+\"", "$1 : 3"},
            new String[] {"(\"task\") : \"\\w+\"", "$1 : \"\\\\u001b[2Jx\""});

    @TempDir
    private Path folder;

    @ParameterizedTest
    @MethodSource("changes")
    void isRefusedInPlainWords(String bundle, int change) throws Exception {
        Path copy = copy(bundle);
        assertTrue(change(copy, CHANGES.get(change)));
        var run = CommandLineRun.withInput("好\n", "predict", copy.toString());
        assertEquals(1, run.exitCode(), run.err() + run.out());
        assertEquals("", run.out());
        String[] lines = run.err().strip().split("\n");
        String message = lines[lines.length - 1];
        assertTrue(message.startsWith("bert4j: "), run.err());
        for (String internal : List.of("java.", "Jackson", "should not happen", "Exception", "`", "\u001b")) {
            assertFalse(message.contains(internal), message);
        }
    }

    static Stream<Arguments> changes() throws IOException {
        Stream.Builder<Arguments> changes = Stream.builder();
        for (String bundle : EarlierVersionTest.bundles().toList()) {
            String json = Files.readString(EarlierVersionTest.earlier()
                    .resolve("bundles")
                    .resolve(bundle)
                    .resolve("bundle.json"));
            for (int i = 0; i < CHANGES.size(); i++) {
                if (Pattern.compile(CHANGES.get(i)[0]).matcher(json).find()) {
                    changes.add(Arguments.of(bundle, i));
                }
            }
        }
        return changes.build();
    }

    @Test
    void isReadAsItWasIfNothingIsChanged() throws Exception {
        Path copy = copy(EarlierVersionTest.bundles().findFirst().orElseThrow());
        assertTrue(change(copy, new String[] {"\"formatVersion\" : 1", "\"formatVersion\" :  1"}));
        assertFalse(
                CommandLineRun.withInput("", "predict", copy.toString()).err().contains("bert4j: "));
    }

    private Path copy(String bundle) throws IOException {
        Path from = EarlierVersionTest.earlier().resolve("bundles").resolve(bundle);
        Path to = Files.createDirectory(folder.resolve(bundle));
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
        return to;
    }

    /** Whether there was something to change. */
    private static boolean change(Path bundle, String[] change) throws Exception {
        Path file = bundle.resolve("bundle.json");
        Matcher matcher = Pattern.compile(change[0]).matcher(Files.readString(file));
        if (!matcher.find()) {
            return false;
        }
        String changed = matcher.replaceFirst(change[1]);
        int start = changed.indexOf(CHECKSUM) + CHECKSUM.length();
        String unsigned = changed.substring(0, start) + "0".repeat(64) + changed.substring(start + 64);
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(unsigned.getBytes(StandardCharsets.UTF_8));
        String checksum = HexFormat.of().formatHex(digest);
        Files.writeString(file, changed.substring(0, start) + checksum + changed.substring(start + 64));
        return true;
    }
}
