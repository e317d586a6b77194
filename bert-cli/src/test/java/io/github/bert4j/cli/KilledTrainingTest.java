package io.github.bert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.testdata.SampleData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kills processes that train, at random moments, and takes the training up again until it is done. */
@Tag("slow")
class KilledTrainingTest {
    private static final Logger LOG = LoggerFactory.getLogger(KilledTrainingTest.class);

    private static final int EPOCHS = 8;
    private static final int STEPS = 10 * EPOCHS;
    private static final int KILLED = 128 + 9;

    @TempDir
    private static Path folder;

    private static Path checkpoint;
    private static Path data;
    private static String expected;

    @BeforeAll
    static void trainsWithoutInterruption() throws Exception {
        checkpoint = SampleData.tinyBert(folder.resolve("tiny"));
        data = folder.resolve("reviews.tsv");
        Files.writeString(data, "1\t很好\n0\t很差\n1\t不错，好\n0\t差，不好\n".repeat(5));
        Path bundle = folder.resolve("whole");
        assertEquals(0, start(bundle, "whole.log").waitFor(), () -> log("whole.log"));
        expected = sha256(bundle.resolve("weights.safetensors"));
        LOG.info("Uninterrupted: {}", expected);
    }

    /** The state is saved after every step, so that many a moment is within saving, or seldom: then fewer kills fit. */
    @ParameterizedTest
    @CsvSource({"1, 20", "7, 6"})
    void endsWithTheSameWeightsHoweverOftenItIsKilled(int saveEvery, int mostKills) throws Exception {
        Path bundle = folder.resolve("killed-" + saveEvery);
        Path states = folder.resolve("killed-" + saveEvery + ".state");
        Random random = new Random(saveEvery);
        int kills = 0;
        int withinSaving = 0;
        while (kills < mostKills) {
            List<String> options = new ArrayList<>(List.of("--save-every=" + saveEvery));
            long before = newestStep(states);
            if (before > 0) {
                options.add("--resume");
            }
            Process process = start(bundle, "killed.log", options.toArray(String[]::new));
            if (kills % 5 == 4) {
                // While it starts, reads and checks.
                Thread.sleep(random.nextInt(2000));
            } else {
                long target = before + 1 + random.nextInt(3);
                waitFor(() -> !process.isAlive() || newestStep(states) >= target);
                Thread.sleep(random.nextInt(20));
            }
            process.destroyForcibly();
            assertEquals(KILLED, process.waitFor(), () -> log("killed.log"));
            kills++;
            withinSaving += unfinished(states) > 0 ? 1 : 0;
            LOG.info("Kill {}: the newest state is that of step {}", kills, newestStep(states));
        }
        long last = newestStep(states);
        String[] rest = last > 0 ? new String[] {"--save-every=" + saveEvery, "--resume"} : new String[0];
        assertEquals(0, start(bundle, "killed.log", rest).waitFor(), () -> log("killed.log"));
        String found = sha256(bundle.resolve("weights.safetensors"));
        LOG.info(
                "Saved every {} steps: {} kills, {} of them within saving, the last after step {} of {}: {}",
                saveEvery,
                kills,
                withinSaving,
                last,
                STEPS,
                found);
        assertEquals(expected, found);
        assertFalse(Files.exists(states));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HUP", "INT", "TERM"})
    void isSuspendedByASignalAndSaysHowToGoOn(String signal) throws Exception {
        Path bundle = folder.resolve("suspended-" + signal);
        Path states = folder.resolve("suspended-" + signal + ".state");
        String name = signal + ".log";
        Process process = start(bundle, name);
        waitFor(() -> !process.isAlive() || log(name).contains("Epoch 1/"));
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();
        assertEquals(Map.of("HUP", 129, "INT", 130, "TERM", 143).get(signal), process.waitFor(), () -> log(name));
        assertTrue(newestStep(states) >= 1, () -> log(name));
        List<String> lines = log(name).lines().toList();
        String command = lines.get(lines.size() - 1);
        assertTrue(command.startsWith("java ") && command.endsWith(" --resume"), command);
        Process resumed = new ProcessBuilder("sh", "-c", command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name).toFile())
                .start();
        assertEquals(0, resumed.waitFor(), () -> log(name));
        assertEquals(expected, sha256(bundle.resolve("weights.safetensors")));
    }

    @Test
    void suspendsPretrainingBetweenTwoStatesToo() throws Exception {
        Path texts = folder.resolve("texts.txt");
        Files.writeString(texts, "今天天气不错。\n我们去公园。\n\n房间很干净。\n服务也好。\n");
        String[] arguments = {
            "pretrain",
            "--checkpoint=" + checkpoint,
            "--train=" + texts,
            "--steps=300",
            "--batch=2",
            "--max-length=16",
            "--save-every=20"
        };
        assertEquals(
                0,
                start("pretrained.log", arguments, "--out=" + folder.resolve("pretrained"))
                        .waitFor(),
                () -> log("pretrained.log"));
        Process process = start("cut.log", arguments, "--out=" + folder.resolve("cut"));
        waitFor(() -> !process.isAlive() || Files.exists(folder.resolve("cut/pretraining.state")));
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        assertEquals(130, process.waitFor(), () -> log("cut.log"));
        assertTrue(log("cut.log").contains("Suspended after step "), () -> log("cut.log"));
        assertEquals(
                0,
                start("cut.log", arguments, "--out=" + folder.resolve("cut"), "--resume")
                        .waitFor(),
                () -> log("cut.log"));
        for (String file : names(folder.resolve("pretrained"))) {
            assertEquals(
                    sha256(folder.resolve("pretrained").resolve(file)),
                    sha256(folder.resolve("cut").resolve(file)),
                    file);
        }
    }

    @Test
    void endsAtOnceAtTheSecondSignal() throws Exception {
        Path bundle = folder.resolve("twice");
        Process process = start(bundle, "twice.log");
        waitFor(() -> !process.isAlive() || log("twice.log").contains("Epoch 1/"));
        // Both arrive within one step.
        String pid = Long.toString(process.pid());
        new ProcessBuilder(
                        "sh",
                        "-c",
                        "kill -STOP %s; kill -INT %s; kill -TERM %s; kill -CONT %s".formatted(pid, pid, pid, pid))
                .start()
                .waitFor();
        assertTrue(List.of(130, 143).contains(process.waitFor()), () -> log("twice.log"));
    }

    private static Process start(Path bundle, String log, String... options) throws IOException {
        String[] arguments = {
            "train",
            "sentiment",
            "--checkpoint=" + checkpoint,
            "--train=" + data,
            "--valid=" + data,
            "--out=" + bundle,
            "--epochs=" + EPOCHS,
            "--batch=2",
            "--lr=1e-3",
            "--average=0.9",
            "--max-length=40"
        };
        return start(log, arguments, options);
    }

    private static Process start(String log, String[] arguments, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                Bert4j.class.getName()));
        command.addAll(List.of(arguments));
        command.add("--threads=1");
        command.addAll(List.of(options));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(log).toFile())
                .start();
    }

    private static void waitFor(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            Thread.sleep(2);
        }
    }

    /** 0 where there is none. */
    private static long newestStep(Path states) {
        return names(states).stream()
                .filter(name -> name.matches("step-\\d+\\.safetensors"))
                .mapToLong(name -> Long.parseLong(name.replaceAll("\\D", "")))
                .max()
                .orElse(0);
    }

    private static long unfinished(Path states) {
        return names(states).stream().filter(name -> name.endsWith(".part")).count();
    }

    private static List<String> names(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (IOException e) {
            // The training removes the directory at its end.
            return List.of();
        }
    }

    private static String log(String name) {
        try {
            return Files.readString(folder.resolve(name));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }
}
