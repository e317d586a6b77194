package io.github.bert4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bert4j.checkpoint.SafeTensors;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an earlier version saved: see the README beside the files. */
class EarlierVersionTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** On another processor than theirs sums have other last digits, which training makes larger. */
    private static final float TOLERANCE = 3e-3f;

    private static final String SAME =
            "--checkpoint=bert --lr=0.01 --max-length=40 --batch=8 --threads=1 --save-every=7";
    private static final List<String> TRAININGS = List.of(
            "sentiment --train=d/sentiment.tsv --valid=d/sentiment.tsv --epochs=12",
            "relation --train=d/relation.jsonl --schema=d/schema.jsonl --epochs=15",
            "event --train=d/event.csv --epochs=12",
            "entity --train=d/entity.jsonl --epochs=12 --head=global_pointer",
            "classification --train=d/classification.tsv --epochs=12",
            "similarity --train=d/similarity.tsv --epochs=12 --pooling=mean",
            "answer --train=d/answer.json --epochs=12",
            "joint --train=d/joint.jsonl --epochs=12 --entity-weight=0.5");

    @TempDir
    Path folder;

    static Stream<String> bundles() throws IOException {
        try (Stream<Path> bundles = Files.list(earlier().resolve("bundles"))) {
            return bundles.map(path -> path.getFileName().toString()).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("bundles")
    void answersByABundleAsItDid(String name) throws IOException {
        String asked = Files.readString(earlier().resolve("asked/" + name + ".txt"));
        var run = CommandLineRun.withInput(
                asked, "predict", earlier().resolve("bundles/" + name).toString());
        assertEquals(0, run.exitCode(), run.err());
        List<String> expected = Files.readAllLines(earlier().resolve("answers/" + name + ".jsonl"));
        assertEquals(expected.size(), run.lines().size());
        for (int i = 0; i < expected.size(); i++) {
            JsonNode before = JSON.readTree(expected.get(i));
            JsonNode now = JSON.readTree(run.lines().get(i));
            removeWhatIsNew(before, now);
            NearlySame.check(before, now, expected.get(i));
        }
    }

    /** An answer may say more than it did. */
    private static void removeWhatIsNew(JsonNode before, JsonNode now) {
        if (before instanceof ObjectNode old && now instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            old.fieldNames().forEachRemaining(names::add);
            object.retain(names);
            names.forEach(name -> removeWhatIsNew(old.get(name), object.path(name)));
        } else {
            for (int i = 0; i < before.size(); i++) {
                removeWhatIsNew(before.get(i), now.path(i));
            }
        }
    }

    @Test
    void finishesTrainingsOfEveryTaskThatWereInterrupted() throws Exception {
        List<String> commands = new ArrayList<>();
        for (String training : TRAININGS) {
            Path states = Files.createDirectory(folder.resolve(task(training) + ".state"));
            Files.copy(
                    earlier().resolve("states/" + task(training) + ".safetensors"),
                    states.resolve("step-7.safetensors"));
            commands.add("train %s %s --out=%s --state=%s --resume"
                    .formatted(training, SAME, folder.resolve(task(training)), states));
        }
        runIn(earlier(), commands);
        for (String training : TRAININGS) {
            assertSameWeights(
                    earlier().resolve("trained/" + task(training) + ".safetensors"),
                    folder.resolve(task(training)).resolve("weights.safetensors"));
        }
    }

    /** Run by a process of its own, as a directory is one's own. */
    static final class Commands {
        private Commands() {}

        public static void main(String[] commands) {
            for (String command : commands) {
                var run = CommandLineRun.of(command.split(" "));
                System.out.println(run.err());
                if (run.exitCode() != 0) {
                    throw new IllegalStateException(command);
                }
            }
        }
    }

    private void runIn(Path directory, List<String> commands) throws IOException, InterruptedException {
        List<String> process = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Commands.class.getName()));
        process.addAll(commands);
        Path log = folder.resolve("log");
        int code = new ProcessBuilder(process)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        assertEquals(0, code, Files.readString(log));
    }

    private static void assertSameWeights(Path expected, Path actual) throws IOException {
        try (SafeTensors one = SafeTensors.open(expected);
                SafeTensors other = SafeTensors.open(actual)) {
            assertTrue(one.tensors().size() > 10);
            assertEquals(one.tensors().keySet(), other.tensors().keySet());
            for (String name : one.tensors().keySet()) {
                assertArrayEquals(values(one, name), values(other, name), TOLERANCE, expected + " " + name);
            }
        }
    }

    private static float[] values(SafeTensors file, String name) throws IOException {
        FloatBuffer values =
                FloatBuffer.allocate(Math.toIntExact(file.tensor(name).elements()));
        file.readFloats(name, values);
        return values.array();
    }

    private static String task(String training) {
        return training.substring(0, training.indexOf(" "));
    }

    static Path earlier() {
        try {
            return Path.of(EarlierVersionTest.class.getResource("earlier").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
