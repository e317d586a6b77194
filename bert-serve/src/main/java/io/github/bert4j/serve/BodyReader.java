package io.github.bert4j.serve;

import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Scheduler;

/** Reads a request's body, of limited size and in limited time; no thread waits for slow clients. */
final class BodyReader {
    /** A client that is still sending may not read an answer: of a body that is too large, so many bytes are passed over. */
    private static final long PASSED_OVER = 16L << 20;

    private final Request request;
    private final Limits limits;
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long received;

    private BodyReader(Request request, Limits limits) {
        this.request = request;
        this.limits = limits;
    }

    /** The body; it fails by a {@link RefusedException}: 413, 408, or 400 where the connection broke off. */
    static CompletableFuture<byte[]> read(Request request, Limits limits) {
        return new BodyReader(request, limits).read();
    }

    static RefusedException tooSlow(Limits limits) {
        return new RefusedException(
                HttpStatus.REQUEST_TIMEOUT_408,
                new Problem(
                        "The request took too long to arrive",
                        "all of it within %d ms".formatted(limits.arrival().toMillis()),
                        "a part of it",
                        "Send it at once; a body must be as long as Content-Length says."));
    }

    private CompletableFuture<byte[]> read() {
        boolean asksFirst = request.getHeaders().contains(HttpHeader.EXPECT);
        if (request.getLength() > PASSED_OVER || asksFirst && request.getLength() > limits.bodyBytes()) {
            body.completeExceptionally(tooLarge(request.getLength() + " bytes"));
            return body;
        }
        long left = limits.arrival().toNanos() - (System.nanoTime() - request.getBeginNanoTime());
        Scheduler.Task timer = request.getComponents()
                .getScheduler()
                .schedule(() -> body.completeExceptionally(tooSlow(limits)), Math.max(0, left), TimeUnit.NANOSECONDS);
        body.whenComplete((read, failure) -> timer.cancel());
        next();
        return body;
    }

    private void next() {
        while (!body.isDone()) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(this::next);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                body.completeExceptionally(broken(chunk.getFailure()));
                return;
            }
            add(chunk);
            chunk.release();
            if (received > PASSED_OVER) {
                body.completeExceptionally(tooLarge("more than %d bytes".formatted(PASSED_OVER)));
            } else if (chunk.isLast()) {
                end();
            }
        }
    }

    private void add(Content.Chunk chunk) {
        received += chunk.remaining();
        if (received <= limits.bodyBytes()) {
            bytes.writeBytes(BufferUtil.toArray(chunk.getByteBuffer()));
        }
    }

    private void end() {
        if (received > limits.bodyBytes()) {
            body.completeExceptionally(tooLarge(received + " bytes"));
        } else {
            body.complete(bytes.toByteArray());
        }
    }

    private static RefusedException broken(Throwable failure) {
        return new RefusedException(
                HttpStatus.BAD_REQUEST_400,
                new Problem(
                        "The body broke off, or is not what its head says: " + failure.getMessage(),
                        "as many bytes as Content-Length says, or chunks of HTTP/1.1",
                        "others, or fewer",
                        "Send it with a library for HTTP."));
    }

    private RefusedException tooLarge(String received) {
        return new RefusedException(
                HttpStatus.PAYLOAD_TOO_LARGE_413,
                new Problem(
                        "The body is too large",
                        "at most %d bytes".formatted(limits.bodyBytes()),
                        received,
                        "Send the texts in several requests."));
    }
}
