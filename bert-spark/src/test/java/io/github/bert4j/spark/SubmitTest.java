package io.github.bert4j.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.task.Answer;
import io.github.bert4j.task.QuestionLine;
import io.github.bert4j.task.TrainedTask;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands, each in a process of its own as {@code spark-submit} starts it. */
class SubmitTest {
    private static final Pattern STEPS = Pattern.compile("Trained\\[rank=0, bytesSent=\\d+, steps=(\\d+)");

    @TempDir
    static Path folder;

    private static Path checkpoint;

    /** How a process ended, and the lines of its stderr that are not of Spark's log. */
    private record Ended(int code, List<String> said, String log) {}

    @BeforeAll
    static void write() throws IOException {
        checkpoint = TestData.tinyBert(folder);
        Files.write(
                folder.resolve("reviews.json"),
                IntStream.range(0, 61)
                        .mapToObj(i -> "{\"text\": \"%s%d\", \"label\": %d}"
                                .formatted((i % 2 == 0 ? "好" : "坏").repeat(1 + i % 13), i, 1 - i % 2))
                        .toList());
        Files.write(folder.resolve("lines.txt"), List.of("好好好", "", "坏坏", "制\t表", "{\"text\": 1}"));
        Files.createDirectory(folder.resolve("there"));
        try (Stream<Path> files = Files.list(checkpoint)) {
            Path damaged = Files.createDirectory(folder.resolve("damaged"));
            for (Path file : files.filter(file -> !file.endsWith("vocab.txt")).toList()) {
                Files.copy(file, damaged.resolve(file.getFileName()));
            }
        }
    }

    @Test
    void goesOnWhereTheApplicationWasKilledAndAnswersAsOneProcessDoes() throws Exception {
        Ended undisturbed = ended(train("undisturbed", "undisturbed-model"));
        assertEquals(0, undisturbed.code(), undisturbed.log());

        Process killed = train("killed", "killed-model");
        while (killed.isAlive() && !hasState(folder.resolve("killed"))) {
            Thread.sleep(5);
        }
        killed.destroyForcibly().waitFor();
        assertFalse(Files.exists(folder.resolve("killed-model")));
        Ended again = ended(train("killed", "killed-model"));

        assertEquals(0, again.code(), again.log());
        assertTrue(steps(again) < steps(undisturbed), again.log());
        assertEquals(-1, Files.mismatch(bundle("undisturbed-model"), bundle("killed-model")));

        Ended predicted = ended(submit("predict", "killed-model", "lines.txt", "answers"));
        assertEquals(0, predicted.code(), predicted.log());
        List<String> lines = Files.readAllLines(folder.resolve("lines.txt"));
        try (TrainedTask<?> task = TrainedTask.load(bundle("killed-model"))) {
            assertEquals(
                    QuestionLine.answer(lines, task.fields(), task::answer).stream()
                            .map(Answer::toString)
                            .toList(),
                    Files.readAllLines(part("answers")));
        }
    }

    /** Neither the driver nor the executors have it on their class path. */
    @Test
    void trainsAndAnswersByATaskOfAnotherJar() throws Exception {
        Files.write(
                folder.resolve("rated.json"),
                IntStream.range(0, 40)
                        .mapToObj(i -> "{\"text\": \"%s\", \"stars\": %d}"
                                .formatted((i % 2 == 0 ? "好" : "坏").repeat(1 + i % 13), i % 2 == 0 ? 5 : 1))
                        .toList());
        List<String> cluster = List.of(
                "--master",
                "local-cluster[2,1,1024]",
                "--jars",
                NinthTask.jar(folder).toString(),
                "--conf",
                "spark.executor.extraClassPath="
                        + System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "--conf",
                "spark.executor.extraJavaOptions=-Dorg.bytedeco.javacpp.maxphysicalbytes=0");

        Ended trained = ended(submit(
                cluster,
                "train rating %s rated.json rating-work rating-model --batch-size 4 --max-length 30 --epochs 3"
                        .formatted(checkpoint)
                        .split(" ")));
        assertEquals(0, trained.code(), trained.log());
        Ended predicted =
                ended(submit(cluster, "predict rating-model rated.json rating-answers --format json".split(" ")));
        assertEquals(0, predicted.code(), predicted.log());
        String answer = Files.readAllLines(part("rating-answers")).get(0);
        assertTrue(answer.contains("\\\"stars\\\":") && answer.contains("\"prediction\":"), answer);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    2 | train poetry tiny reviews.json work new | There is no task "poetry" on the class path: expected one of [sentiment, relation
                    1 | train sentiment tiny none.json work new | Path does not exist
                    1 | train sentiment none reviews.json work new | none: there is no such file
                    1 | train sentiment damaged reviews.json work new | the checkpoint: there is no vocabulary
                    1 | train sentiment tiny reviews.json work there | there: this is there already
                    1 | train event tiny reviews.json work new | Expected a column "type" of strings, but there is struct<label:bigint,text:string>
                    1 | train sentiment tiny reviews.json work new --format parquet | Could not read footer for file
                    1 | train sentiment tiny reviews.json work new --workers 3 | 3 workers must run at a time, but the master local[2] runs 2
                    1 | predict none lines.txt new | none: there is no such file
                    1 | predict damaged lines.txt new | damaged is not a usable bundle
                    """)
    void saysInOneSentenceWhatIsWrong(int code, String arguments, String sentence) throws Exception {
        String[] given = Arrays.stream(arguments.split(" "))
                .map(argument -> argument.equals("tiny") ? checkpoint.toString() : argument)
                .toArray(String[]::new);

        Ended ended = ended(submit(given));

        assertEquals(code, ended.code(), ended.log());
        assertEquals(1, ended.said().size(), ended.log());
        assertTrue(ended.said().get(0).contains(sentence), ended.said()::toString);
        assertFalse(ended.said().get(0).contains("should not happen"), ended.said()::toString);
        assertFalse(Files.exists(folder.resolve("new")));
    }

    private static Process train(String work, String output) throws IOException {
        return submit(("train sentiment %s reviews.json %s %s --batch-size 4 --max-length 30 --epochs 60"
                        + " --checkpoint-steps 20 --learning-rate 1e-3")
                .formatted(checkpoint, work, output)
                .split(" "));
    }

    private static Process submit(String... arguments) throws IOException {
        return submit(List.of("--master", "local[2]"), arguments);
    }

    private static Process submit(List<String> master, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-opens"))
                .forEach(command::add);
        command.addAll(List.of(
                "-Xmx1g",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "org.apache.spark.deploy.SparkSubmit"));
        command.addAll(master);
        command.addAll(
                List.of("--conf", "spark.ui.enabled=false", "--class", BertSpark.class.getName(), "spark-internal"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(folder.resolve("stderr").toFile())
                .start();
    }

    private static Ended ended(Process process) throws Exception {
        int code = process.waitFor();
        String log = Files.readString(folder.resolve("stderr"));
        String prefix = "bert4j-spark: ";
        return new Ended(
                code, log.lines().filter(line -> line.startsWith(prefix)).toList(), log);
    }

    private static int steps(Ended training) {
        Matcher steps = STEPS.matcher(training.log());
        assertTrue(steps.find(), training.log());
        return Integer.parseInt(steps.group(1));
    }

    private static boolean hasState(Path work) {
        String[] runs = work.toFile().list((directory, name) -> !name.startsWith("."));
        return runs != null
                && Arrays.stream(runs)
                        .map(run -> work.resolve(run).toFile().list((run1, name) -> name.startsWith("step-")))
                        .anyMatch(states -> states != null && states.length > 0);
    }

    private static Path bundle(String model) {
        return folder.resolve(model).resolve("bundle.zip");
    }

    private static Path part(String answers) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(answers))) {
            return files.filter(file -> file.getFileName().toString().startsWith("part-"))
                    .findAny()
                    .orElseThrow();
        }
    }
}
