package io.github.bert4j.serve;

/**
 * Where and how to serve.
 *
 * @param host the address to listen at; 127.0.0.1 is reached from this machine alone, 0.0.0.0 from anywhere
 * @param port 0 is any free one
 */
public record ServerOptions(String host, int port, Batching batching, Limits limits) {
    /** Port 8080, for this machine alone. */
    public static final ServerOptions DEFAULTS =
            new ServerOptions("127.0.0.1", 8080, Batching.DEFAULTS, Limits.DEFAULTS);

    public ServerOptions {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("Port %d: expected 0 to 65535".formatted(port));
        }
        if (limits.texts() > batching.queue()) {
            throw new IllegalArgumentException(
                    "%d texts of a request do not fit into a queue of %d: expected a longer queue, or fewer texts"
                            .formatted(limits.texts(), batching.queue()));
        }
    }

    public ServerOptions withHost(String other) {
        return new ServerOptions(other, port, batching, limits);
    }

    public ServerOptions withPort(int other) {
        return new ServerOptions(host, other, batching, limits);
    }

    public ServerOptions withBatching(Batching other) {
        return new ServerOptions(host, port, other, limits);
    }

    public ServerOptions withLimits(Limits other) {
        return new ServerOptions(host, port, batching, other);
    }
}
