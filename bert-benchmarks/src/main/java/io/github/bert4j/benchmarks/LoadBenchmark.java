package io.github.bert4j.benchmarks;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Clients that ask {@code bert4j serve} at the same time, each one text after the other, and compare what it says with what
 * {@code bert4j predict} said; prints one line, a {@link Load}.
 */
@Command(name = "load", description = "Ask a server by several clients, and compare with what predict answered.")
final class LoadBenchmark implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Option(names = "--url", required = true, description = "Where the server says that it listens.")
    private URI url;

    @Option(names = "--expected", required = true, description = "What predict answered, in the order of the texts.")
    private Path expected;

    @Option(names = "--clients", defaultValue = "8", description = "How many ask at a time.")
    private int clients;

    @Option(names = "--requests", defaultValue = "2000", description = "How many are sent in all, the texts in turn.")
    private int requests;

    @Option(names = "--warm-up", defaultValue = "100", description = "How many are sent before that, uncounted.")
    private int warmUp;

    @Spec
    private CommandSpec spec;

    /**
     * What is printed.
     *
     * @param lost requests without an answer of status 200
     * @param otherLabels answers whose label differs from what predict said
     * @param largestDifference of a probability from what predict said
     */
    record Load(
            int clients,
            int requests,
            int lost,
            @JsonProperty("other_labels") int otherLabels,
            @JsonProperty("largest_difference") double largestDifference,
            double seconds,
            @JsonProperty("requests_per_second") double requestsPerSecond,
            @JsonProperty("p50_ms") double p50,
            @JsonProperty("p99_ms") double p99) {}

    /** The answer to one request. */
    private record Sent(boolean answered, boolean sameLabel, double difference, double milliseconds) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<String> lines = Files.readAllLines(expected);
        JsonNode[] answers = new JsonNode[lines.size()];
        for (int i = 0; i < answers.length; i++) {
            answers[i] = JSON.readTree(lines.get(i));
        }
        send(answers, warmUp);
        long start = System.nanoTime();
        Sent[] sent = send(answers, requests);
        double seconds = (System.nanoTime() - start) / 1e9;
        double[] times =
                Arrays.stream(sent).mapToDouble(Sent::milliseconds).sorted().toArray();
        Load load = new Load(
                clients,
                requests,
                (int) Arrays.stream(sent).filter(one -> !one.answered()).count(),
                (int) Arrays.stream(sent)
                        .filter(one -> one.answered() && !one.sameLabel())
                        .count(),
                Arrays.stream(sent).mapToDouble(Sent::difference).max().orElse(0),
                seconds,
                requests / seconds,
                percentile(times, 0.5),
                percentile(times, 0.99));
        spec.commandLine().getOut().println(Benchmarks.json(load));
        return load.lost() + load.otherLabels() == 0 ? 0 : 1;
    }

    /** The smallest time that so large a part of all is not above. */
    static double percentile(double[] sorted, double part) {
        return sorted[Math.max(0, (int) Math.ceil(part * sorted.length) - 1)];
    }

    private Sent[] send(JsonNode[] answers, int count) throws InterruptedException {
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        Sent[] sent = new Sent[count];
        AtomicInteger next = new AtomicInteger();
        Thread[] threads = new Thread[clients];
        for (int client = 0; client < clients; client++) {
            threads[client] = new Thread(() -> {
                for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                    sent[i] = send(http, answers[i % answers.length]);
                }
            });
            threads[client].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return sent;
    }

    private Sent send(HttpClient http, JsonNode expected) {
        String body = JSON.createObjectNode()
                .put("text", expected.get("text").textValue())
                .toString();
        HttpRequest request = HttpRequest.newBuilder(url.resolve("/predict"))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        long start = System.nanoTime();
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            double milliseconds = (System.nanoTime() - start) / 1e6;
            if (response.statusCode() != 200) {
                return new Sent(false, false, 0, milliseconds);
            }
            JsonNode answer = JSON.readTree(response.body());
            return new Sent(
                    true,
                    answer.get("label").equals(expected.get("label")),
                    Math.abs(answer.get("probability").doubleValue()
                            - expected.get("probability").doubleValue()),
                    milliseconds);
        } catch (IOException e) {
            return new Sent(false, false, 0, (System.nanoTime() - start) / 1e6);
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nothing here interrupts a client", e);
        }
    }
}
