package rating;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Gives the command line a task that it does not know, by a jar beside its own. */
public final class Commands {
    private final String classPath;

    private Commands(String classPath) {
        this.classPath = classPath;
    }

    /** @param arguments bert4j.jar, the jar of the task, the checkpoint, the folder that {@link Program} wrote into */
    public static void main(String[] arguments) throws Exception {
        Commands commands = new Commands(arguments[0] + File.pathSeparator + arguments[1]);
        Path folder = Path.of(arguments[3]);
        String data = folder.resolve("train.jsonl").toString();
        String bundle = folder.resolve("by-command").toString();
        require(commands.run("", "train", "--help").contains("rating "), "train --help does not name the task");
        String trained = commands.run(
                "", "train", "rating", "--checkpoint", arguments[2], "--train", data, "--valid", data, "--out", bundle,
                "--epochs", "3");
        require(trained.contains("\"task\":\"rating\"") && trained.contains("\"closeness\":"), trained);
        require(commands.run("", "evaluate", bundle, data).contains("\"samples\":40"), "evaluate");
        String answers = commands.run("很好\t很好\n\n{\"text\": \"很差\", \"id\": 7}\n", "predict", bundle);
        List<String> lines = answers.lines().toList();
        require(lines.size() == 3, answers);
        require(lines.get(0).startsWith("{\"text\":\"很好\\t很好\",\"stars\":"), answers);
        require(lines.get(1).equals("{\"text\":\"\",\"error\":\"blank\"}"), answers);
        require(lines.get(2).startsWith("{\"id\":7,\"text\":\"很差\",\"stars\":"), answers);
        Path onnx = folder.resolve("rating.onnx");
        commands.run("", "convert", bundle, onnx.toString());
        require(Files.size(onnx) > 0, "convert");
        System.out.println("The command line has a ninth task: " + lines.get(0));
    }

    private String run(String input, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                classPath,
                "io.github.bert4j.cli.Bert4j"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var out = process.getOutputStream()) {
            out.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        require(process.waitFor() == 0, String.join(" ", arguments) + " ended with " + process.exitValue());
        return said;
    }

    private static void require(boolean condition, String failure) {
        if (!condition) {
            throw new IllegalStateException(failure);
        }
    }
}
