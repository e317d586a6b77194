package io.github.bert4j.serve;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP server in front of a model.
 *
 * <pre>{@code
 * try (var server = Server.start(model, ServerOptions.DEFAULTS.withPort(0))) {
 *     System.out.println(server.uri());
 *     ...
 * }
 * }</pre>
 */
public final class Server implements AutoCloseable {
    static final Problem STOPPING = new Problem(
            "The server is stopping",
            "a server that runs",
            "a request after it was told to stop",
            "Try another one, or this one after it was started again.");
    static final int HEAD_BYTES = 8192;

    private static final Logger LOG = LoggerFactory.getLogger(Server.class);
    private static final int CONNECTIONS = 1024;
    private static final int THREADS = 16;
    private static final int THREADS_AT_REST = 4;
    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(30);

    private final org.eclipse.jetty.server.Server jetty;
    private final URI uri;
    private final List<Batcher> batchers;
    private boolean closed;

    private Server(org.eclipse.jetty.server.Server jetty, URI uri, List<Batcher> batchers) {
        this.jetty = jetty;
        this.uri = uri;
        this.batchers = batchers;
    }

    /**
     * Starts to answer.
     *
     * @param model stays the caller's, who closes it after the server
     * @throws IOException if it cannot listen there, for example because another program does
     */
    public static Server start(ServedModel model, ServerOptions options) throws IOException {
        return start(model, Map.of(), options);
    }

    /**
     * Starts to answer by several models: the first at {@code /predict}, the others at {@code /predict/} and their names.
     *
     * @param others by name; all of them stay the caller's, who closes them after the server
     * @throws IllegalArgumentException if a name is not letters, digits, {@code _}, {@code .} and {@code -} alone
     * @throws IOException if it cannot listen there, for example because another program does
     */
    public static Server start(ServedModel first, Map<String, ServedModel> others, ServerOptions options)
            throws IOException {
        ServerMetrics metrics = new ServerMetrics();
        Map<String, Endpoints.Served> served = new LinkedHashMap<>();
        served.put("", new Endpoints.Served(first, new Batcher(first, options.batching(), metrics)));
        others.forEach((name, model) -> served.put(
                "/" + named(name), new Endpoints.Served(model, new Batcher(model, options.batching(), metrics))));
        List<Batcher> batchers =
                served.values().stream().map(Endpoints.Served::batcher).toList();
        org.eclipse.jetty.server.Server jetty = new org.eclipse.jetty.server.Server(threads());
        boolean started = false;
        try {
            metrics.watchQueue(
                    () -> batchers.stream().mapToInt(Batcher::waiting).sum());
            ServerConnector connector = connector(jetty, options);
            SlowHeads slowHeads = new SlowHeads(connector, options.limits().arrival(), CONNECTIONS / 2, () -> {
                metrics.request("other", HttpStatus.REQUEST_TIMEOUT_408);
                return tooSlow(options.limits());
            });
            Endpoints endpoints = new Endpoints(served, options, metrics, slowHeads);
            jetty.addConnector(connector);
            jetty.addBean(new NetworkConnectionLimit(CONNECTIONS, connector));
            jetty.setHandler(finishing(endpoints));
            jetty.setErrorHandler(endpoints::error);
            jetty.setStopTimeout(LONGEST_STOP.toMillis());
            start(jetty);
            slowHeads.watch();
            URI uri = new URI("http", null, options.host(), connector.getLocalPort(), "/", null, null);
            started = true;
            return new Server(jetty, uri, batchers);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("\"%s\" is no host".formatted(options.host()), e);
        } finally {
            if (!started) {
                new Server(jetty, URI.create("/"), batchers).close();
            }
        }
    }

    private static String named(String name) {
        if (!name.matches("[\\p{L}\\p{N}_.-]+")) {
            throw new IllegalArgumentException(
                    "A model named \"%s\": expected letters, digits, _, . and - alone".formatted(name));
        }
        return name;
    }

    /** Where it is reached, with the port that it has. */
    public URI uri() {
        return uri;
    }

    /** Accepts nothing more, answers what it has accepted, for up to 30 seconds, and ends. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            try {
                jetty.stop();
            } catch (Exception e) {
                LOG.warn("Some requests were not answered within {} before the server stopped", LONGEST_STOP, e);
            }
            batchers.forEach(Batcher::close);
        }
    }

    private static QueuedThreadPool threads() {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, THREADS_AT_REST);
        threads.setName("bert4j-http");
        threads.setDaemon(true);
        return threads;
    }

    private static ServerConnector connector(org.eclipse.jetty.server.Server jetty, ServerOptions options) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(HEAD_BYTES);
        ServerConnector connector = new ServerConnector(jetty, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(options.host());
        connector.setPort(options.port());
        // Longer than a request may be on its way: whoever is too slow is to be told.
        connector.setIdleTimeout(
                IDLE.plus(options.limits().arrival().multipliedBy(2)).toMillis());
        return connector;
    }

    private static GracefulHandler finishing(Endpoints endpoints) {
        return new GracefulHandler(endpoints) {
            @Override
            protected void handleShutdownRejection(Request request, Response response, Callback callback) {
                endpoints.stopping(request, response, callback);
            }
        };
    }

    private static void start(org.eclipse.jetty.server.Server jetty) throws IOException {
        try {
            jetty.start();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("The server did not start", e);
        }
    }

    /** A whole response, for clients that Jetty has no request of yet. */
    private static byte[] tooSlow(Limits limits) {
        byte[] body = Endpoints.bytes(BodyReader.tooSlow(limits).problem());
        String response =
                "HTTP/1.1 408 Request Timeout\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
                        .formatted(body.length, new String(body, StandardCharsets.UTF_8));
        return response.getBytes(StandardCharsets.UTF_8);
    }
}
