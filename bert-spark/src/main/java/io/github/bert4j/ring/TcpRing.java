package io.github.bert4j.ring;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Workers that are processes, connected by TCP; each proves to its neighbours that it knows the job's secret.
 *
 * <p>A worker that fails closes its connections, whereupon its neighbours fail and close theirs: all of them end.
 */
public final class TcpRing extends Ring implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(TcpRing.class);
    private static final int SMALLEST_SECRET = 16;
    private static final int BUFFER = 1 << 16;
    /** How long a connection may take to say who it is. */
    private static final int HANDSHAKE_MILLIS = 10_000;

    private static final int RETRY_MILLIS = 100;

    private final Socket next;
    private final Socket before;
    private final DataOutputStream out;
    private final DataInputStream in;
    private final ByteBuffer sent = ByteBuffer.allocate(BUFFER);
    private final ByteBuffer got = ByteBuffer.allocate(BUFFER);
    private final Duration patience;
    private final ExecutorService sender;
    private long bytesSent;

    private TcpRing(int rank, int workers, Socket next, Socket before, Duration patience) throws IOException {
        super(rank, workers);
        this.next = next;
        this.before = before;
        this.patience = patience;
        for (Socket socket : List.of(next, before)) {
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
        }
        this.out = new DataOutputStream(next.getOutputStream());
        this.in = new DataInputStream(new BufferedInputStream(before.getInputStream(), BUFFER));
        this.sender = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "bert4j-ring-" + rank);
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Connects to the neighbours; returns when both are there.
     *
     * @param rank this worker's, from 0
     * @param addresses of all workers, by rank
     * @param socket that listens at this worker's address; it can be closed afterwards
     * @param secret the same for all workers of the job, at least 16 bytes
     * @param patience how long to wait for others, here and later
     * @throws IOException if a neighbour does not come in time, or is none
     */
    public static TcpRing join(
            int rank, List<InetSocketAddress> addresses, ServerSocket socket, byte[] secret, Duration patience)
            throws IOException {
        if (secret.length < SMALLEST_SECRET) {
            throw new IllegalArgumentException(
                    "A secret of %d bytes: expected at least %d random ones".formatted(secret.length, SMALLEST_SECRET));
        }
        int workers = addresses.size();
        Handshake handshake = new Handshake(secret.clone(), rank, workers);
        long deadline = System.nanoTime() + patience.toNanos();
        // The connection waits in the next worker's queue until that worker accepts it, so nobody has to be first.
        Socket next = connect(addresses.get((rank + 1) % workers), deadline);
        Socket before = null;
        TcpRing ring = null;
        try {
            ExecutorService other = Executors.newSingleThreadExecutor();
            try {
                Future<?> shaken = other.submit(() -> {
                    next.setSoTimeout(Math.toIntExact(patience.toMillis()));
                    handshake.asSender(next);
                    return null;
                });
                before = accept(socket, handshake, deadline);
                shaken.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            } finally {
                other.shutdownNow();
            }
            ring = new TcpRing(rank, workers, next, before, patience);
            return ring;
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
            throw new IOException(
                    "Worker %d of %d cannot reach the next one at %s: %s"
                            .formatted(rank, workers, addresses.get((rank + 1) % workers), cause),
                    cause);
        } finally {
            if (ring == null) {
                next.close();
                if (before != null) {
                    before.close();
                }
            }
        }
    }

    /** Bytes sent so far, after the connections were made. */
    public long bytesSent() {
        return bytesSent;
    }

    @Override
    void exchange(float[] values, int start, int count, float[] received, int expected) {
        boolean done = false;
        try {
            Future<?> sending = sender.submit(() -> {
                send(values, start, count);
                return null;
            });
            receive(received, expected);
            sending.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            done = true;
        } catch (EOFException e) {
            throw lost("the connection from the worker before it ended: that one, or one before it, has failed", e);
        } catch (SocketTimeoutException e) {
            throw lost("the worker before it sent nothing for " + patience.toSeconds() + " s", e);
        } catch (IOException e) {
            throw lost(e.getMessage(), e);
        } catch (TimeoutException e) {
            throw lost("the next worker took nothing for " + patience.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw lost(
                    "the next worker cannot be reached any more: "
                            + e.getCause().getMessage(),
                    e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw lost("it was interrupted", e);
        } finally {
            if (!done) {
                close();
            }
        }
    }

    /** Leaves the ring; whoever waits for this worker fails. */
    @Override
    public void close() {
        sender.shutdownNow();
        for (Socket socket : List.of(next, before)) {
            try {
                socket.close();
            } catch (IOException e) {
                LOG.debug("A connection that is given up anyway", e);
            }
        }
    }

    private IllegalStateException lost(String reason, Throwable cause) {
        return new IllegalStateException(
                "Worker %d of %d cannot go on: %s".formatted(rank(), workers(), reason), cause);
    }

    private void send(float[] values, int start, int count) throws IOException {
        out.writeInt(count);
        for (int done = 0; done < count; ) {
            int some = Math.min(count - done, BUFFER / Float.BYTES);
            sent.clear().asFloatBuffer().put(values, start + done, some);
            out.write(sent.array(), 0, some * Float.BYTES);
            done += some;
        }
        bytesSent += Integer.BYTES + (long) count * Float.BYTES;
    }

    private void receive(float[] values, int expected) throws IOException {
        int count = in.readInt();
        if (count != expected) {
            throw new IOException(
                    "the worker before it sent %d values, expected %d: all must train the same model on the same rows"
                            .formatted(count, expected));
        }
        for (int done = 0; done < count; ) {
            int some = Math.min(count - done, BUFFER / Float.BYTES);
            in.readFully(got.array(), 0, some * Float.BYTES);
            got.clear().asFloatBuffer().get(values, done, some);
            done += some;
        }
    }

    private static Socket connect(InetSocketAddress address, long deadline) throws IOException {
        while (true) {
            Socket socket = new Socket();
            try {
                socket.connect(address, millisUntil(deadline));
                return socket;
            } catch (IOException e) {
                socket.close();
                if (deadline - System.nanoTime() < TimeUnit.MILLISECONDS.toNanos(2 * RETRY_MILLIS)) {
                    throw new IOException("No worker listens at " + address, e);
                }
                pause();
            }
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while connecting", e);
        }
    }

    /** Takes the first connection of the worker before this one; others are sent away. */
    private static Socket accept(ServerSocket server, Handshake handshake, long deadline) throws IOException {
        while (true) {
            server.setSoTimeout(millisUntil(deadline));
            Socket socket;
            try {
                socket = server.accept();
            } catch (SocketTimeoutException e) {
                throw new IOException(
                        "Worker %d of %d waited in vain for the one before it"
                                .formatted(handshake.rank(), handshake.workers()),
                        e);
            }
            boolean welcome = false;
            try {
                socket.setSoTimeout(HANDSHAKE_MILLIS);
                handshake.asReceiver(socket);
                welcome = true;
                return socket;
            } catch (IOException e) {
                LOG.warn("A connection to worker {} was sent away: {}", handshake.rank(), e.getMessage());
            } finally {
                if (!welcome) {
                    socket.close();
                }
            }
        }
    }

    private static int millisUntil(long deadline) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, (deadline - System.nanoTime()) / 1_000_000));
    }
}
