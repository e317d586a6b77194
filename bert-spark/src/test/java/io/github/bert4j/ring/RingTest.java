package io.github.bert4j.ring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RingTest {
    private static final Duration SHORT = Duration.ofSeconds(2);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 7})
    void addsUpOnEveryWorkerTheSameBits(int workers) throws Exception {
        for (int length : new int[] {0, 1, 2, 5, 100_003}) {
            double[] expected = new double[length];
            for (int rank = 0; rank < workers; rank++) {
                float[] values = values(rank, length);
                for (int i = 0; i < length; i++) {
                    expected[i] += values[i];
                }
            }
            Workers.Work<float[]> work = ring -> {
                float[] values = values(ring.rank(), length);
                ring.sum(values);
                return values;
            };

            List<float[]> inProcess = Workers.inProcess(workers, work);
            List<float[]> overTcp = Workers.overTcp(workers, work);

            Stream.concat(inProcess.stream(), overTcp.stream())
                    .forEach(sums -> assertArrayEquals(inProcess.get(0), sums, 0));
            for (int i = 0; i < length; i++) {
                assertEquals(expected[i], inProcess.get(0)[i], 1e-5);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8})
    void sendsNoMoreThanTwiceTheValues(int workers) throws Exception {
        int length = 1_000_000;

        List<Long> sent = Workers.overTcp(workers, ring -> {
            ring.sum(new float[length]);
            return ((TcpRing) ring).bytesSent();
        });

        // 2 (n - 1) / n of the values, and the length of each part.
        double expected = 2.0 * (workers - 1) / workers * length * Float.BYTES;
        sent.forEach(bytes -> assertEquals(expected, bytes, expected / 1000));
    }

    @Test
    void allFailWhenOneIsGone() throws Exception {
        List<ServerSocket> sockets = Workers.sockets(4);
        List<String> messages = assertTimeoutPreemptively(
                Duration.ofSeconds(30),
                () -> Workers.results(4, rank -> () -> {
                    try (ServerSocket socket = sockets.get(rank);
                            TcpRing ring = join(rank, sockets, socket, Workers.SECRET, Duration.ofSeconds(20))) {
                        ring.sum(new float[100]);
                        if (rank == 2) {
                            return "gone";
                        }
                        return assertThrows(IllegalStateException.class, () -> {
                                    while (true) {
                                        ring.sum(new float[1_000_000]);
                                    }
                                })
                                .getMessage();
                    }
                }));

        for (int rank : new int[] {0, 1, 3}) {
            assertTrue(messages.get(rank).startsWith("Worker " + rank + " of 4 cannot go on: "), messages::toString);
        }
    }

    @Test
    void allFailWhenOneIsSilent() throws Exception {
        List<ServerSocket> sockets = Workers.sockets(3);
        List<String> messages = assertTimeoutPreemptively(
                Duration.ofSeconds(30),
                () -> Workers.results(3, rank -> () -> {
                    try (ServerSocket socket = sockets.get(rank);
                            TcpRing ring = join(rank, sockets, socket, Workers.SECRET, SHORT)) {
                        if (rank == 1) {
                            Thread.sleep(3 * SHORT.toMillis());
                            return "silent";
                        }
                        return assertThrows(IllegalStateException.class, () -> ring.sum(new float[100]))
                                .getMessage();
                    }
                }));

        assertTrue(messages.get(2).contains("sent nothing for 2 s"), messages::toString);
        assertTrue(messages.get(0).contains("cannot go on"), messages::toString);
    }

    @Test
    void inAProcessAWorkerDoesNotWaitForEver() {
        InProcessRing alone = InProcessRing.of(2, Duration.ofMillis(50)).get(0);

        assertThrows(IllegalStateException.class, () -> alone.sum(new float[4]));
    }

    @Test
    void refusesWorkersWithAnotherSecret() throws Exception {
        List<ServerSocket> sockets = Workers.sockets(2);
        byte[] other = "another secret of many bytes".getBytes(StandardCharsets.US_ASCII);

        List<Boolean> refused = assertTimeoutPreemptively(
                Duration.ofSeconds(30),
                () -> Workers.results(
                        2,
                        rank -> () -> refuses(() -> {
                            try (ServerSocket socket = sockets.get(rank)) {
                                return join(rank, sockets, socket, rank == 0 ? Workers.SECRET : other, SHORT);
                            }
                        })));

        assertEquals(List.of(true, true), refused);
    }

    @Test
    void sendsStrangersAwayAndWaitsForItsWorker() throws Exception {
        List<ServerSocket> sockets = Workers.sockets(2);
        try (Socket stranger = new Socket()) {
            stranger.connect((InetSocketAddress) sockets.get(0).getLocalSocketAddress());
            stranger.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: nobody in particular, at some length\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));

            List<Integer> ranks = Workers.results(2, rank -> () -> {
                try (ServerSocket socket = sockets.get(rank);
                        TcpRing ring = join(rank, sockets, socket, Workers.SECRET, Duration.ofSeconds(20))) {
                    float[] values = {ring.rank()};
                    ring.sum(values);
                    return (int) values[0];
                }
            });

            assertEquals(List.of(1, 1), ranks);
        }
    }

    @Test
    void tellsWhenWorkersDoNotDoTheSame() throws Exception {
        List<Boolean> failed = Workers.overTcp(2, ring -> {
            assertThrows(IllegalStateException.class, () -> ring.sum(new float[10 + 4 * ring.rank()]));
            return true;
        });

        assertEquals(List.of(true, true), failed);
    }

    @Test
    void refusesAShortSecret() {
        assertThrows(
                IllegalArgumentException.class,
                () -> TcpRing.join(0, List.of(new InetSocketAddress(1)), null, new byte[4], SHORT));
    }

    private static TcpRing join(
            int rank, List<ServerSocket> sockets, ServerSocket socket, byte[] secret, Duration patience)
            throws IOException {
        return TcpRing.join(rank, Workers.addresses(sockets), socket, secret, patience);
    }

    private static boolean refuses(Callable<TcpRing> join) throws Exception {
        try {
            join.call().close();
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static float[] values(int rank, int length) {
        Random random = new Random(rank);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }
}
