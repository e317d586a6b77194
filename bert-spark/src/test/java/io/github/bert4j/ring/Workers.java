package io.github.bert4j.ring;

import io.github.bert4j.train.AllReduce;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Workers in threads of this process. */
public final class Workers {
    static final byte[] SECRET = "a secret of more than 16 bytes".getBytes(StandardCharsets.US_ASCII);

    private Workers() {}

    /** What each worker does. */
    @FunctionalInterface
    public interface Work<T> {
        T with(AllReduce ring) throws Exception;
    }

    /** Has each of them work in a ring inside of the process; returns what they found, by rank. */
    public static <T> List<T> inProcess(int workers, Work<T> work) throws Exception {
        List<InProcessRing> rings = InProcessRing.of(workers, Duration.ofMinutes(1));
        return results(workers, rank -> () -> work.with(rings.get(rank)));
    }

    /** As {@link #inProcess}, over TCP. */
    public static <T> List<T> overTcp(int workers, Work<T> work) throws Exception {
        List<ServerSocket> sockets = sockets(workers);
        return results(workers, rank -> () -> {
            try (ServerSocket socket = sockets.get(rank);
                    TcpRing ring = TcpRing.join(rank, addresses(sockets), socket, SECRET, Duration.ofMinutes(1))) {
                return work.with(ring);
            }
        });
    }

    static List<ServerSocket> sockets(int count) throws Exception {
        List<ServerSocket> sockets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sockets.add(new ServerSocket(0, 0, InetAddress.getLoopbackAddress()));
        }
        return sockets;
    }

    static List<InetSocketAddress> addresses(List<ServerSocket> sockets) {
        return sockets.stream()
                .map(socket -> (InetSocketAddress) socket.getLocalSocketAddress())
                .toList();
    }

    static <T> List<T> results(int workers, Function<Integer, Callable<T>> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(workers);
        try {
            List<Future<T>> futures = IntStream.range(0, workers)
                    .mapToObj(rank -> threads.submit(work.apply(rank)))
                    .toList();
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
