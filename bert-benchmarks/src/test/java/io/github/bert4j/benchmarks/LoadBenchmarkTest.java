package io.github.bert4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadBenchmarkTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    /** By {@code numpy.percentile(values, 100 * part, method="inverted_cdf")}. */
    @Test
    void takesPercentilesThatWereMeasured() {
        double[] four = {1, 2, 3, 10};
        assertEquals(2, LoadBenchmark.percentile(four, 0.5));
        assertEquals(3, LoadBenchmark.percentile(four, 0.75));
        assertEquals(10, LoadBenchmark.percentile(four, 0.99));
        assertEquals(7, LoadBenchmark.percentile(new double[] {7}, 0.5));
    }

    @Test
    void countsWhatIsLostAndWhatIsAnsweredOtherwise() throws IOException {
        Path expected = Files.writeString(folder.resolve("expected.jsonl"), """
                {"text":"same","label":"1","probability":0.5}
                {"text":"lost","label":"1","probability":0.5}
                {"text":"other","label":"1","probability":0.5}
                """);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/predict", LoadBenchmarkTest::answer);
        server.start();
        StringWriter out = new StringWriter();
        try {
            int code = Benchmarks.commandLine()
                    .setOut(new PrintWriter(out))
                    .execute(
                            "load",
                            "--url=http://127.0.0.1:" + server.getAddress().getPort() + "/",
                            "--expected=" + expected,
                            "--clients=2",
                            "--requests=6",
                            "--warm-up=1");
            assertEquals(1, code);
        } finally {
            server.stop(0);
        }
        JsonNode load = JSON.readTree(out.toString());
        assertEquals(6, load.get("requests").asInt());
        assertEquals(2, load.get("lost").asInt());
        assertEquals(2, load.get("other_labels").asInt());
        assertEquals(0.25, load.get("largest_difference").asDouble());
    }

    private static void answer(HttpExchange exchange) throws IOException {
        String text = JSON.readTree(exchange.getRequestBody()).get("text").textValue();
        byte[] answer = "{\"text\":\"%s\",\"label\":\"%s\",\"probability\":%s}"
                .formatted(text, text.equals("other") ? "0" : "1", text.equals("other") ? 0.75 : 0.5)
                .getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(text.equals("lost") ? 503 : 200, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }
}
