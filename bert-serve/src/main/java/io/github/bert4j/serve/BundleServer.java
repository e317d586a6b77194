package io.github.bert4j.serve;

import io.github.bert4j.task.TrainedTask;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/**
 * An HTTP server in front of a bundle of any task.
 *
 * <pre>{@code
 * try (var server = BundleServer.start(Path.of("sentiment"), ServerOptions.DEFAULTS)) {
 *     System.out.println(server.uri());
 *     ...
 * }
 * }</pre>
 */
public final class BundleServer implements AutoCloseable {
    private final TrainedTask<?> task;
    private final Server server;

    private BundleServer(TrainedTask<?> task, Server server) {
        this.task = task;
        this.server = server;
    }

    /**
     * Loads a bundle, or a zip of it, and starts to answer.
     *
     * @throws io.github.bert4j.bundle.BundleException if it is damaged
     * @throws IOException if it cannot be read, or the server cannot listen where it is to
     */
    public static BundleServer start(Path bundle, ServerOptions options) throws IOException {
        return start(TrainedTask.load(bundle), options);
    }

    /**
     * Starts to answer by a model that is loaded.
     *
     * @param task closed with the server, or where it does not start
     */
    public static BundleServer start(TrainedTask<?> task, ServerOptions options) throws IOException {
        boolean started = false;
        try {
            BundleServer server = new BundleServer(task, Server.start(ServedModel.of(task), options));
            started = true;
            return server;
        } finally {
            if (!started) {
                task.close();
            }
        }
    }

    /** Where it is reached, with the port that it has. */
    public URI uri() {
        return server.uri();
    }

    /** Accepts nothing more, answers what it has accepted, for up to 30 seconds, and frees the model's memory. */
    @Override
    public void close() {
        server.close();
        task.close();
    }
}
