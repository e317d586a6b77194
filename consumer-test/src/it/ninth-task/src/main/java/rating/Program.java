package rating;

import io.github.bert4j.serve.BundleServer;
import io.github.bert4j.serve.ServerOptions;
import io.github.bert4j.task.Question;
import io.github.bert4j.task.TaskOptions;
import io.github.bert4j.task.TrainedTask;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** Trains, saves, loads, answers and serves, and writes lines for the command line to train on. */
public final class Program {
    private Program() {}

    /** @param arguments the checkpoint, a folder to write into */
    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createDirectories(Path.of(arguments[1]));
        List<RatedText> texts = IntStream.range(0, 40)
                .mapToObj(i -> new RatedText((i % 2 == 0 ? "很好" : "很差").repeat(1 + i % 5), i % 2 == 0 ? 5 : 1))
                .toList();
        Files.write(
                folder.resolve("train.jsonl"),
                texts.stream()
                        .map(text -> "{\"text\": \"%s\", \"stars\": %s}".formatted(text.text(), text.stars()))
                        .toList());

        RatingTask task = new RatingTask();
        var options = task.facts().defaults();
        var head = task.head(texts, TaskOptions.NONE, options, System.err::println);
        Path bundle = folder.resolve("by-java");
        double saved;
        try (RatingModel model = task.fromCheckpoint(Path.of(arguments[0]), head, options)) {
            double before = model.evaluate(texts).closeness();
            model.fit(texts, 20);
            double after = model.evaluate(texts).closeness();
            require(after > before && after > 0, "closeness " + before + " before training, " + after + " after it");
            saved = model.predict("很好很好").stars();
            model.save(bundle);
        }
        try (RatingModel loaded = task.load(bundle);
                TrainedTask<?> any = TrainedTask.load(bundle)) {
            require(loaded.predict("很好很好").stars() == saved, "the loaded model says something else");
            String json = any.answer(List.of(Question.of("很好很好"))).get(0).toString();
            require(json.equals("{\"text\":\"很好很好\",\"stars\":" + saved + "}"), json);
            String served = served(bundle, "{\"text\": \"很好很好\"}");
            require(served.equals(json), "served: " + served + ", expected " + json);
        }
        System.out.println("A ninth task works: " + saved);
    }

    private static String served(Path bundle, String question) throws Exception {
        try (BundleServer server = BundleServer.start(bundle, ServerOptions.DEFAULTS.withPort(0))) {
            HttpRequest request = HttpRequest.newBuilder(server.uri().resolve("/predict"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(question))
                    .build();
            return HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.ofString())
                    .body()
                    .strip();
        }
    }

    private static void require(boolean condition, String failure) {
        if (!condition) {
            throw new IllegalStateException(failure);
        }
    }
}
