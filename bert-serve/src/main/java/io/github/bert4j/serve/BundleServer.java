package io.github.bert4j.serve;

import io.github.bert4j.task.TrainedTask;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
    private final List<TrainedTask<?>> tasks;
    private final Server server;

    private BundleServer(List<TrainedTask<?>> tasks, Server server) {
        this.tasks = tasks;
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
        return start(task, Map.of(), options);
    }

    /**
     * Starts to answer by several models: the first at {@code /predict}, the others at {@code /predict/} and their names.
     * Adapters of one base share it where {@link io.github.bert4j.task.SharedBases} loaded them.
     *
     * @param others by name; all of them are closed with the server, or where it does not start
     */
    public static BundleServer start(TrainedTask<?> first, Map<String, TrainedTask<?>> others, ServerOptions options)
            throws IOException {
        List<TrainedTask<?>> tasks = new ArrayList<>(List.of(first));
        tasks.addAll(others.values());
        Map<String, ServedModel> named = new LinkedHashMap<>();
        others.forEach((name, task) -> named.put(name, ServedModel.of(task)));
        boolean started = false;
        try {
            BundleServer server = new BundleServer(tasks, Server.start(ServedModel.of(first), named, options));
            started = true;
            return server;
        } finally {
            if (!started) {
                tasks.forEach(TrainedTask::close);
            }
        }
    }

    /** Where it is reached, with the port that it has. */
    public URI uri() {
        return server.uri();
    }

    /** Accepts nothing more, answers what it has accepted, for up to 30 seconds, and frees the models' memory. */
    @Override
    public void close() {
        server.close();
        tasks.forEach(TrainedTask::close);
    }
}
