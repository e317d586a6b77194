package io.github.bert4j.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A headless Chromium with one page, driven by the DevTools protocol.
 *
 * <p>Source: chromedevtools.github.io/devtools-protocol.
 */
final class Chromium implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE_SECONDS = 60;

    private final Process process;
    private final WebSocket socket;
    private final Map<Integer, CompletableFuture<JsonNode>> calls = new ConcurrentHashMap<>();
    /** What the page's console holds of errors and warnings. */
    final List<String> problems = new CopyOnWriteArrayList<>();

    private int lastCall;

    /** Where it is installed: what the environment variable CHROMIUM names, or on the PATH; empty if it is not. */
    static Optional<Path> find() {
        Stream<Path> named = Stream.ofNullable(System.getenv("CHROMIUM")).map(Path::of);
        Stream<Path> onPath = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(directory -> Stream.of("chromium", "chromium-browser", "google-chrome", "chrome")
                        .map(name -> Path.of(directory, name)));
        return Stream.concat(named, onPath).filter(Files::isExecutable).findFirst();
    }

    /** @param directory empty, for its files */
    Chromium(Path program, Path directory) throws IOException, InterruptedException {
        Path log = directory.resolve("chromium.log");
        this.process = new ProcessBuilder(
                        program.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--user-data-dir=" + directory.resolve("profile"),
                        "--remote-debugging-port=0",
                        "about:blank")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        HttpClient http = HttpClient.newHttpClient();
        URI pages = URI.create("http://127.0.0.1:%d/json/list".formatted(port(log)));
        JsonNode page = JSON.readTree(
                        http.send(HttpRequest.newBuilder(pages).build(), HttpResponse.BodyHandlers.ofString())
                                .body())
                .get(0);
        this.socket = http.newWebSocketBuilder()
                .buildAsync(URI.create(page.get("webSocketDebuggerUrl").asText()), new Listener())
                .join();
        for (String domain : List.of("Page", "Runtime", "Log")) {
            call(domain + ".enable", Map.of());
        }
    }

    /** Shows a page, and forgets what was in the console before. */
    void open(URI page) {
        call("Page.navigate", Map.of("url", "about:blank"));
        problems.clear();
        call("Page.navigate", Map.of("url", page.toString()));
    }

    void size(int width, int height) {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    }

    /** Types where the focus is. */
    void type(String text) {
        call("Input.insertText", Map.of("text", text));
    }

    /** @param modifiers 0, or 2 for Ctrl */
    void press(String key, int code, int modifiers) {
        String text = key.equals("Enter") ? "\r" : "";
        for (String event : List.of("keyDown", "keyUp")) {
            call(
                    "Input.dispatchKeyEvent",
                    Map.of(
                            "type", event,
                            "key", key,
                            "code", key,
                            "text", text,
                            "windowsVirtualKeyCode", code,
                            "modifiers", modifiers));
        }
    }

    /** The value of an expression of JavaScript. */
    JsonNode evaluate(String expression) {
        JsonNode result = call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true));
        if (result.has("exceptionDetails")) {
            throw new IllegalStateException(result.toString());
        }
        return result.path("result").path("value");
    }

    /** Waits until an expression is true. */
    void await(String expression) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!evaluate(expression).asBoolean()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("Waited in vain for " + expression + "; console: " + problems
                        + "; page: " + evaluate("document.body.innerText"));
            }
            Thread.sleep(50);
        }
    }

    void screenshot(Path png) throws IOException {
        JsonNode picture = call("Page.captureScreenshot", Map.of("format", "png"));
        Files.write(png, Base64.getDecoder().decode(picture.get("data").asText()));
    }

    @Override
    public void close() {
        socket.abort();
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        process.destroy();
        all.forEach(ProcessHandle::destroy);
        all.forEach(child -> child.onExit().join());
        process.onExit().join();
    }

    private JsonNode call(String method, Map<String, ?> parameters) {
        int id = ++lastCall;
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        calls.put(id, answer);
        ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
        message.set("params", JSON.valueToTree(parameters));
        socket.sendText(message.toString(), true).join();
        JsonNode received = answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        if (received.has("error")) {
            throw new IllegalStateException(method + ": " + received.get("error"));
        }
        return received.get("result");
    }

    private void received(JsonNode message) {
        if (message.has("id")) {
            calls.remove(message.get("id").asInt()).complete(message);
            return;
        }
        JsonNode parameters = message.path("params");
        switch (message.path("method").asText()) {
            case "Runtime.exceptionThrown" ->
                problems.add(parameters.get("exceptionDetails").toString());
            case "Runtime.consoleAPICalled" -> {
                if (List.of("error", "warning", "assert")
                        .contains(parameters.get("type").asText())) {
                    problems.add(parameters.get("args").toString());
                }
            }
            case "Log.entryAdded" -> {
                if (List.of("error", "warning")
                        .contains(parameters.at("/entry/level").asText())) {
                    problems.add(parameters.get("entry").toString());
                }
            }
            default -> {}
        }
    }

    private static int port(Path log) throws IOException, InterruptedException {
        String marker = "DevTools listening on ws://";
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < end) {
            Optional<String> line = Files.readString(log)
                    .lines()
                    .filter(candidate -> candidate.startsWith(marker))
                    .findFirst();
            if (line.isPresent()) {
                return URI.create(line.get().substring(marker.length() - "ws://".length()))
                        .getPort();
            }
            Thread.sleep(50);
        }
        throw new IOException("Chromium did not start:\n" + Files.readString(log));
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                try {
                    received(JSON.readTree(text.toString()));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                } finally {
                    text.setLength(0);
                }
            }
            from.request(1);
            return null;
        }
    }
}
