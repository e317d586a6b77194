package io.github.bert4j.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bert4j.task.QuestionFields;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class ServerTest {
    private static final ServerOptions ANY_PORT = ServerOptions.DEFAULTS.withPort(0);

    /** For tests that leave it as it is. */
    private static Server shared;

    @BeforeAll
    static void start() throws IOException {
        shared = Server.start(EchoModel.ofTexts(), ANY_PORT);
    }

    @AfterAll
    static void stop() {
        shared.close();
    }

    @Test
    void answersOneTextByAnObjectAndSeveralByAList() throws Exception {
        Client client = Client.of(shared.uri());
        HttpResponse<String> one = client.predict("{\"text\": \"很好\"}");
        assertEquals(200, one.statusCode());
        assertEquals(
                "application/json", one.headers().firstValue("Content-Type").orElseThrow());
        assertEquals("{\"text\":\"很好\",\"length\":2}", one.body());
        HttpResponse<String> several = client.predict("{\"texts\": [\"很好\", {\"text\": \"差\"}, \"𠮷\\n\\t\"]}");
        assertEquals(
                "[{\"text\":\"很好\",\"length\":2},{\"text\":\"差\",\"length\":1},{\"text\":\"𠮷\\n\\t\",\"length\":4}]",
                several.body());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | The body is empty",
                "{\"text\": \"好 | This is not JSON",
                "{\"text\": \"好\"} {} | This is not JSON",
                "{\"text\": \"好\", \"text\": \"差\"} | This is not JSON",
                "[\"好\"] | The body is no JSON object",
                "{} | \"text\" is missing",
                "{\"txt\": \"好\"} | \"text\" is missing",
                "{\"text\": 1} | \"text\" is no string",
                "{\"text\": null} | \"text\" is no string",
                "{\"text\": \"好\", \"type\": \"x\"} | \"type\" is unknown",
                "{\"text\": \"\\ud83d\"} | \"text\" holds half of a surrogate pair",
                "{\"texts\": []} | \"texts\" is no list of texts",
                "{\"texts\": \"好\"} | \"texts\" is no list of texts",
                "{\"texts\": [\"好\", 1]} | texts[1] is neither a string nor an object",
                "{\"texts\": [{\"text\": \"好\"}, {}]} | \"texts[1].text\" is missing",
                "{\"texts\": [\"好\"], \"text\": \"差\"} | There are fields beside \"texts\""
            })
    void saysWhatIsWrongWithABody(String body, String error) throws Exception {
        HttpResponse<String> response = Client.of(shared.uri()).predict(body);
        assertEquals(400, response.statusCode(), response.body());
        assertProblem(error, response);
    }

    @Test
    void refusesBytesThatAreNotUtf8() throws Exception {
        Client client = Client.of(shared.uri());
        byte[] body = "{\"text\": \"caf\u00e9!\"}".getBytes(StandardCharsets.ISO_8859_1);
        HttpResponse<String> response = client.send(client.request("/predict")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body))
                .build());
        assertEquals(400, response.statusCode());
        assertProblem("This is not JSON", response);
    }

    @Test
    void refusesWhatIsTooMuch() throws Exception {
        Limits limits = new Limits(1000, 3, 100, Duration.ofSeconds(30));
        try (Server server = Server.start(EchoModel.ofTexts(), ANY_PORT.withLimits(limits))) {
            Client client = Client.of(server.uri());
            HttpResponse<String> body = client.predict("{\"text\": \"" + "a".repeat(1000) + "\"}");
            assertEquals(413, body.statusCode());
            assertProblem("The body is too large", body);
            HttpResponse<String> texts = client.predict("{\"texts\": [\"a\", \"b\", \"c\", \"d\"]}");
            assertEquals(413, texts.statusCode());
            assertProblem("There are too many texts", texts);
            HttpResponse<String> length = client.predict("{\"texts\": [\"a\", \"" + "b".repeat(101) + "\"]}");
            assertEquals(413, length.statusCode());
            assertProblem("\"texts[1]\" is too long", length);
            assertEquals(
                    200,
                    client.predict("{\"text\": \"" + "a".repeat(100) + "\"}").statusCode());
        }
    }

    @Test
    void refusesALargeBodyOfUnknownLengthAndOneThatIsAnnounced() throws Exception {
        Limits limits = new Limits(1000, 3, 100, Duration.ofSeconds(30));
        try (Server server = Server.start(EchoModel.ofTexts(), ANY_PORT.withLimits(limits))) {
            Client client = Client.of(server.uri());
            String head = "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
            String chunked = client.talk(
                    Duration.ZERO,
                    head + "Transfer-Encoding: chunked\r\n\r\n7d0\r\n" + "a".repeat(2000) + "\r\n0\r\n\r\n");
            assertTrue(chunked.startsWith("HTTP/1.1 413 "), chunked);
            String announced =
                    client.talk(Duration.ZERO, head + "Expect: 100-continue\r\nContent-Length: 2000\r\n\r\n");
            assertTrue(announced.startsWith("HTTP/1.1 413 "), announced);
        }
    }

    @Test
    void refusesOtherTypesMethodsAndPaths() throws Exception {
        Client client = Client.of(shared.uri());
        for (String type :
                List.of("text/plain", "application/x-www-form-urlencoded", "application/json; charset=GBK")) {
            HttpRequest request = client.request("/predict")
                    .header("Content-Type", type)
                    .POST(BodyPublishers.ofString("{\"text\": \"a\"}"))
                    .build();
            assertEquals(415, client.send(request).statusCode(), type);
        }
        HttpResponse<String> got = client.get("/predict");
        assertEquals(405, got.statusCode());
        assertEquals("POST", got.headers().firstValue("Allow").orElseThrow());
        HttpResponse<String> deleted =
                client.send(client.request("/health").DELETE().build());
        assertEquals(405, deleted.statusCode());
        assertEquals("GET, HEAD", deleted.headers().firstValue("Allow").orElseThrow());
        HttpResponse<String> nowhere = client.get("/../etc/passwd");
        assertTrue(nowhere.statusCode() == 404 || nowhere.statusCode() == 400, nowhere.body());
        assertEquals(404, client.get("/predict/more").statusCode());
    }

    /** More than Jetty's threads, and than what was once accepted at all. */
    @Test
    void answersAtOnceWhileHundredsOfConnectionsSayNothingAndClosesThem() throws Exception {
        ServerOptions options = ANY_PORT.withLimits(new Limits(1000, 10, 100, Duration.ofSeconds(2)));
        List<Socket> silent = new ArrayList<>();
        try (Server server = Server.start(EchoModel.ofTexts(), options)) {
            for (int i = 0; i < 400; i++) {
                silent.add(new Socket("127.0.0.1", server.uri().getPort()));
            }
            long start = System.nanoTime();
            assertEquals(200, Client.of(server.uri()).get("health").statusCode());
            assertTrue(System.nanoTime() - start < 1_000_000_000L);
            for (Socket socket : silent) {
                socket.setSoTimeout(10_000);
                assertEquals(-1, socket.getInputStream().read(), "closed without an answer");
            }
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    /** A page of another site whose name was made to lead here. */
    @ParameterizedTest
    @CsvSource({"evil.example, 421", "localhost, 200", "127.0.0.1:80, 200", "[::1], 200", "127.0.0.1.evil.example, 421"
    })
    void answersRequestsForThisMachineAlone(String host, int status) throws Exception {
        assertTrue(raw("GET /health HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                .startsWith("HTTP/1.1 " + status));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip, chunked", "deflate"})
    void doesNotReadOtherTransferCodings(String coding) throws Exception {
        String answer = raw("POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Transfer-Encoding: " + coding + "\r\nConnection: close\r\n\r\n0\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 501") || answer.startsWith("HTTP/1.1 400"), answer);
        assertTrue(answer.contains("501") || coding.equals("deflate"), answer);
    }

    private static String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", shared.uri().getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void tellsSlowClientsThatTheyAreAndServesTheOthers() throws Exception {
        Limits limits = new Limits(1000, 3, 100, Duration.ofMillis(600));
        Duration pause = Duration.ofMillis(150);
        try (Server server = Server.start(EchoModel.ofTexts(), ANY_PORT.withLimits(limits))) {
            Client client = Client.of(server.uri());
            String head = "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
            String body = head + "Content-Length: 40\r\n\r\n";
            List<CompletableFuture<String>> slow = new ArrayList<>();
            slow.add(later(client, pause, body + "{\"te"));
            slow.add(later(client, pause, body.split("")));
            slow.add(later(
                    client,
                    pause,
                    IntStream.range(0, 40).mapToObj(i -> i == 0 ? body : " ").toArray(String[]::new)));
            slow.add(later(client, pause, "POST"));
            assertEquals(200, client.predict("{\"text\": \"好\"}").statusCode());
            for (CompletableFuture<String> one : slow) {
                String answer = one.join();
                assertTrue(answer.startsWith("HTTP/1.1 408 "), answer);
                assertTrue(answer.contains("The request took too long to arrive"), answer);
            }
            // One that only rests between its requests is not slow.
            String rest = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
            String last = "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            try (var socket = new Socket(server.uri().getHost(), server.uri().getPort())) {
                socket.getOutputStream().write(rest.getBytes(StandardCharsets.US_ASCII));
                Thread.sleep(1500);
                socket.getOutputStream().write(last.getBytes(StandardCharsets.US_ASCII));
                String both = new String(socket.getInputStream().readAllBytes());
                assertEquals(2, both.split("\"status\":\"ready\"", -1).length - 1, both);
                assertFalse(both.contains(" 408 "), both);
            }
        }
    }

    @Test
    void saysThatABodyBrokeOffIfThereIsStillSomeoneToTell() throws Exception {
        String head = "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
        Client client = Client.of(shared.uri());
        for (String part : List.of("Content-Length: 40\r\n\r\n{\"te", "Transfer-Encoding: chunked\r\n\r\nzz\r\n")) {
            try (Socket socket = new Socket(shared.uri().getHost(), shared.uri().getPort())) {
                socket.getOutputStream().write((head + part).getBytes(StandardCharsets.US_ASCII));
                socket.shutdownOutput();
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
            }
        }
        assertEquals(200, client.predict("{\"text\": \"a\"}").statusCode());
        assertFalse(client.get("/metrics").body().contains("status=\"500\""));
    }

    @Test
    void computesNothingForClientsThatHaveGone() throws Exception {
        EchoModel model = EchoModel.halted();
        ServerOptions options = ANY_PORT.withBatching(new Batching(1, Duration.ZERO, 300));
        try (Server server = Server.start(model, options)) {
            Client client = Client.of(server.uri());
            CompletableFuture<HttpResponse<String>> first = client.predictLater("{\"text\": \"first\"}");
            await(() -> model.batches.size() == 1);
            for (int i = 0; i < 3; i++) {
                Socket gone = new Socket(server.uri().getHost(), server.uri().getPort());
                gone.getOutputStream().write(post("gone " + i).getBytes(StandardCharsets.US_ASCII));
                int waiting = i + 1;
                await(() -> client.get("/metrics").body().contains("bert4j_queue_texts " + waiting + ".0"));
                gone.setSoLinger(i == 0, 0); // the first is reset
                gone.close();
            }
            CompletableFuture<HttpResponse<String>> last = client.predictLater("{\"text\": \"last\"}");
            await(() -> client.get("/metrics").body().contains("bert4j_queue_texts 4.0"));
            model.allow(10);
            assertEquals(200, first.get().statusCode());
            assertEquals(200, last.get().statusCode());
            assertEquals(2, model.batches.size(), model.batches.toString());
        }
    }

    @Test
    void answersRequestsThatAreSentWithoutWaitingForTheOthers() throws Exception {
        try (Socket socket = new Socket(shared.uri().getHost(), shared.uri().getPort())) {
            socket.setSoTimeout(10_000);
            StringBuilder requests = new StringBuilder();
            for (int i = 0; i < 20; i++) {
                requests.append(post("number " + i));
            }
            requests.append("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            byte[] bytes = requests.toString().getBytes(StandardCharsets.US_ASCII);
            int half = bytes.length / 2 + 7;
            socket.getOutputStream().write(bytes, 0, half);
            Thread.sleep(20);
            socket.getOutputStream().write(bytes, half, bytes.length - half);
            String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            for (int i = 0; i < 20; i++) {
                assertTrue(answers.contains("number " + i + "\""), answers);
            }
            assertTrue(answers.contains("\"status\":\"ready\""), answers);
        }
    }

    private static String post(String text) {
        String body = "{\"text\": \"" + text + "\"}";
        return "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body;
    }

    @Test
    void answersInOneBatchWhatWaitsAtTheSameTime() throws Exception {
        EchoModel model = EchoModel.halted();
        ServerOptions options = ANY_PORT.withBatching(new Batching(4, Duration.ZERO, 300));
        try (Server server = Server.start(model, options)) {
            Client client = Client.of(server.uri());
            CompletableFuture<HttpResponse<String>> first = client.predictLater("{\"text\": \"first\"}");
            await(() -> model.batches.size() == 1);
            List<CompletableFuture<HttpResponse<String>>> others = IntStream.range(0, 5)
                    .mapToObj(i -> client.predictLater("{\"text\": \"" + "a".repeat(i + 1) + "\"}"))
                    .toList();
            await(() -> client.get("/metrics").body().contains("bert4j_queue_texts 5.0"));
            model.allow(100);
            assertEquals("{\"text\":\"first\",\"length\":5}", first.get().body());
            for (int i = 0; i < 5; i++) {
                assertEquals(
                        i + 1, Client.json(others.get(i).get()).get("length").asInt());
            }
            assertEquals(
                    List.of(1, 4, 1), model.batches.stream().map(List::size).toList());
        }
    }

    @Test
    void waitsForMoreTextsButNotForever() throws Exception {
        EchoModel model = EchoModel.ofTexts();
        ServerOptions options = ANY_PORT.withBatching(new Batching(2, Duration.ofSeconds(30), 300));
        try (Server server = Server.start(model, options)) {
            Client client = Client.of(server.uri());
            CompletableFuture<HttpResponse<String>> first = client.predictLater("{\"text\": \"a\"}");
            CompletableFuture<HttpResponse<String>> second = client.predictLater("{\"text\": \"b\"}");
            assertEquals(200, first.get().statusCode());
            assertEquals(200, second.get().statusCode());
            assertEquals(1, model.batches.size());
        }
    }

    @Test
    void refusesWhatDoesNotFitIntoTheQueueAndSaysWhenToComeBack() throws Exception {
        EchoModel model = EchoModel.halted();
        ServerOptions options = ANY_PORT.withLimits(new Limits(1000, 3, 100, Duration.ofSeconds(30)))
                .withBatching(new Batching(1, Duration.ZERO, 3));
        try (Server server = Server.start(model, options)) {
            Client client = Client.of(server.uri());
            CompletableFuture<HttpResponse<String>> computed = client.predictLater("{\"text\": \"a\"}");
            await(() -> model.batches.size() == 1);
            CompletableFuture<HttpResponse<String>> waiting = client.predictLater("{\"texts\": [\"b\", \"c\"]}");
            await(() -> client.get("/metrics").body().contains("bert4j_queue_texts 2.0"));
            HttpResponse<String> refused = client.predict("{\"texts\": [\"d\", \"e\"]}");
            assertEquals(503, refused.statusCode());
            assertEquals("1", refused.headers().firstValue("Retry-After").orElseThrow());
            assertProblem("Too many texts are waiting", refused);
            model.allow(100);
            assertEquals(200, computed.get().statusCode());
            assertEquals(200, waiting.get().statusCode());
            assertEquals(3, model.batches.size(), "a part of the refused request was computed");
        }
    }

    @Test
    void failsOnlyTheRequestWhoseTextTheModelFailsOn() throws Exception {
        EchoModel model = EchoModel.halted();
        try (Server server = Server.start(model, ANY_PORT)) {
            Client client = Client.of(server.uri());
            CompletableFuture<HttpResponse<String>> first = client.predictLater("{\"text\": \"first\"}");
            await(() -> model.batches.size() == 1);
            CompletableFuture<HttpResponse<String>> bad =
                    client.predictLater("{\"text\": \"" + EchoModel.POISON + "\"}");
            CompletableFuture<HttpResponse<String>> good = client.predictLater("{\"text\": \"good\"}");
            await(() -> client.get("/metrics").body().contains("bert4j_queue_texts 2.0"));
            model.allow(100);
            assertEquals(200, first.get().statusCode());
            assertEquals(200, good.get().statusCode());
            assertEquals(500, bad.get().statusCode());
            assertProblem("The model failed on this request", bad.get());
            assertEquals(200, client.predict("{\"text\": \"after\"}").statusCode());
        }
    }

    @Test
    void finishesWhatItHasAcceptedBeforeItStops() throws Exception {
        EchoModel model = EchoModel.halted();
        Server server = Server.start(model, ANY_PORT.withBatching(new Batching(1, Duration.ZERO, 300)));
        try {
            Client client = Client.of(server.uri());
            List<CompletableFuture<HttpResponse<String>>> accepted = IntStream.range(0, 3)
                    .mapToObj(i -> client.predictLater("{\"text\": \"a\"}"))
                    .toList();
            await(() -> client.get("/metrics").body().contains("bert4j_queue_texts 2.0"));
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(server::close);
            await(() -> {
                try {
                    return Client.of(server.uri()).get("/health").statusCode() == 503;
                } catch (ConnectException e) {
                    return true;
                }
            });
            assertFalse(stopped.isDone());
            model.allow(100);
            for (CompletableFuture<HttpResponse<String>> one : accepted) {
                assertEquals(200, one.get().statusCode());
            }
            stopped.get();
            assertThrows(ConnectException.class, () -> Client.of(server.uri()).get("/health"));
        } finally {
            server.close();
        }
    }

    @Test
    void tellsWhetherItIsReadyAndWhatItIsAskedFor() throws Exception {
        try (Server server = Server.start(new EchoModel(QuestionFields.textAnd("question")), ANY_PORT)) {
            Client client = Client.of(server.uri());
            assertEquals(
                    "{\"status\":\"ready\",\"task\":\"echo\"}",
                    client.get("/health").body());
            assertEquals(
                    "{\"task\":\"echo\",\"required\":[\"text\",\"question\"],\"optional\":[\"id\"],\"maxTexts\":256,\"maxTextLength\":10000}",
                    client.get("/model").body());
        }
    }

    @Test
    void countsInTheFormatOfPrometheus() throws Exception {
        try (Server server = Server.start(EchoModel.ofTexts(), ANY_PORT)) {
            Client client = Client.of(server.uri());
            client.predict("{\"texts\": [\"a\", \"b\", \"c\"]}");
            client.predict("{");
            client.get("/nowhere/" + "x".repeat(50));
            await(() -> client.get("/metrics").body().contains("bert4j_batch_texts_count 1"));
            HttpResponse<String> response = client.get("/metrics");
            assertEquals(
                    "text/plain; version=0.0.4; charset=utf-8",
                    response.headers().firstValue("Content-Type").orElseThrow());
            List<String> lines = response.body().lines().toList();
            for (String line : List.of(
                    "# TYPE bert4j_requests_total counter",
                    "bert4j_requests_total{path=\"/predict\",status=\"200\"} 1.0",
                    "bert4j_requests_total{path=\"/predict\",status=\"400\"} 1.0",
                    "bert4j_requests_total{path=\"other\",status=\"404\"} 1.0",
                    "# TYPE bert4j_request_seconds histogram",
                    "bert4j_request_seconds_count 1",
                    "bert4j_batch_texts_bucket{le=\"2.0\"} 0",
                    "bert4j_batch_texts_bucket{le=\"4.0\"} 1",
                    "bert4j_batch_texts_sum 3.0",
                    "bert4j_queue_texts 0.0")) {
                assertTrue(lines.contains(line), line + " is not in\n" + response.body());
            }
        }
    }

    @Test
    void saysThatThePortIsTaken() throws IOException {
        try (Server server = Server.start(EchoModel.ofTexts(), ANY_PORT)) {
            int port = server.uri().getPort();
            IOException failure =
                    assertThrows(IOException.class, () -> Server.start(EchoModel.ofTexts(), ANY_PORT.withPort(port)));
            assertTrue(failure.getMessage().contains(String.valueOf(port)), failure.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0016\u0003\u0001\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n"
            })
    void answersInJsonEvenWhatIsNoHttp(String request) throws Exception {
        String answer = Client.of(shared.uri()).talk(Duration.ZERO, request);
        assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
        assertTrue(answer.contains("\r\nContent-Type: application/json\r\n"), answer);
    }

    private static void assertProblem(String error, HttpResponse<String> response) throws IOException {
        JsonNode problem = Client.json(response);
        assertTrue(problem.get("error").asText().startsWith(error), response.body());
        for (String field : List.of("expected", "received", "fix")) {
            assertFalse(problem.get(field).asText().isBlank(), response.body());
        }
    }

    private static CompletableFuture<String> later(Client client, Duration pause, String... parts) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return client.talk(pause, parts);
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                task -> new Thread(task).start());
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        while (!condition.holds()) {
            Thread.sleep(20);
        }
    }
}
