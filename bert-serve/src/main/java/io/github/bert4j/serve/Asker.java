package io.github.bert4j.serve;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;

/**
 * Who waits for the answer to a request. Jetty does not read a connection while a request of it is answered, and so does not
 * notice that it was closed.
 *
 * <p>A client that has closed its sending side alone counts as gone, as proxies have it.
 */
final class Asker {
    private static final int PEEKED = 64;

    private final Connection connection;
    private boolean sendsMore;

    Asker(Request request) {
        connection = request.getConnectionMetaData().getConnection();
    }

    /** Whether nobody waits any more; to be asked when the whole request was read, and before it is answered. */
    synchronized boolean isGone() {
        EndPoint end = connection.getEndPoint();
        if (!end.isOpen()) {
            return true;
        }
        if (sendsMore
                || !(end.getTransport() instanceof SocketChannel channel)
                || !(connection instanceof Connection.UpgradeTo reader)) {
            return false;
        }
        ByteBuffer peeked = ByteBuffer.allocate(PEEKED);
        try {
            if (channel.read(peeked) < 0) {
                return true;
            }
        } catch (IOException e) { // such as a reset
            return true;
        }
        if (peeked.flip().hasRemaining()) {
            sendsMore = true; // the next request, which is read after this one
            reader.onUpgradeTo(peeked);
        }
        return false;
    }
}
