package io.github.bert4j.serve;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/**
 * Ends connections on which the head of a request is too long on its way. Jetty limits how long nothing arrives, which a byte
 * now and then gets round.
 *
 * <p>It looks from time to time which connections have read bytes that belong to no request so far.
 */
final class SlowHeads {
    private static final int LOOKS = 10;
    private static final long LONGEST_PAUSE = 250;
    /** Milliseconds for the first byte, where connections are about to run out. */
    private static final long CROWDED = 500;

    private final ServerConnector connector;
    private final Duration arrival;
    private final Supplier<byte[]> answer;
    private final long pause;
    private final int crowd;
    private final Set<Connection> answering = ConcurrentHashMap.newKeySet();
    private Map<Connection, Look> looks = Map.of();

    /** What a connection had read when its last request was over, how many requests there were, and since when more is there. */
    private record Look(long bytes, long requests, long since) {
        static final long NONE = Long.MIN_VALUE;

        static Look atRest(Connection connection) {
            return new Look(connection.getBytesIn(), connection.getMessagesIn(), NONE);
        }
    }

    /**
     * @param crowd with more connections than that, those without a first byte are closed earlier
     * @param answer the last that such a client is told, a whole response
     */
    SlowHeads(ServerConnector connector, Duration arrival, int crowd, Supplier<byte[]> answer) {
        this.crowd = crowd;
        this.connector = connector;
        this.arrival = arrival;
        this.answer = answer;
        this.pause = Math.max(1, Math.min(LONGEST_PAUSE, arrival.toMillis() / LOOKS));
    }

    /** Looks from now on, as long as the connector runs. */
    void watch() {
        connector.getScheduler().schedule(this::look, pause, TimeUnit.MILLISECONDS);
    }

    /** A head has arrived: what its connection reads until it is answered is no other. */
    void arrived(Request request) {
        Connection connection = request.getConnectionMetaData().getConnection();
        answering.add(connection);
        Request.addCompletionListener(request, failure -> answering.remove(connection));
    }

    private void look() {
        Collection<EndPoint> endPoints = connector.getConnectedEndPoints();
        Map<Connection, Look> now = new HashMap<>();
        long patience = endPoints.size() > crowd ? Math.min(CROWDED, arrival.toMillis()) : arrival.toMillis();
        for (EndPoint endPoint : endPoints) {
            Connection connection = endPoint.getConnection();
            if (connection != null) {
                now.put(connection, look(connection));
                closeIfSilent(connection, patience);
            }
        }
        looks = now;
        if (connector.isRunning()) {
            watch();
        }
    }

    /** Of a client that has not sent a byte there is nothing to lose. */
    private static void closeIfSilent(Connection connection, long patience) {
        if (connection.getBytesIn() == 0 && System.currentTimeMillis() - connection.getCreatedTimeStamp() > patience) {
            connection.getEndPoint().close();
        }
    }

    private Look look(Connection connection) {
        Look last = looks.getOrDefault(connection, new Look(0, 0, Look.NONE));
        if (answering.contains(connection) || connection.getMessagesIn() != last.requests()) {
            return Look.atRest(connection);
        }
        if (connection.getBytesIn() <= last.bytes()) {
            return last;
        }
        if (last.since() == Look.NONE) {
            return new Look(last.bytes(), last.requests(), System.nanoTime());
        }
        if (System.nanoTime() - last.since() > arrival.toNanos()) {
            EndPoint endPoint = connection.getEndPoint();
            endPoint.write(Callback.from(endPoint::close), ByteBuffer.wrap(answer.get()));
            return Look.atRest(connection);
        }
        return last;
    }
}
