package io.github.bert4j.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.task.QuestionFields;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is at which path. */
final class Endpoints extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(Endpoints.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String JSON_TYPE = "application/json";
    private static final String PREDICT = "/predict";
    private static final String MODEL = "/model";
    private static final String OTHER = "other";
    private static final String READABLE = "GET, HEAD";
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]", "::1");
    /** For whoever must try again. */
    private static final HttpField RETRY_AFTER = new HttpField(HttpHeader.RETRY_AFTER, "1");

    private final Map<String, Served> served;
    private final ServedModel model;
    private final Limits limits;
    private final String host;
    private final ServerMetrics metrics;
    private final SlowHeads slowHeads;
    private final Page page;

    /** A model and what it is asked through. */
    record Served(ServedModel model, Batcher batcher) {}

    /** What {@code /health} tells. */
    private record Health(String status, String task) {}

    /** What {@code /model} tells, above all to the page. */
    private record About(String task, List<String> required, List<String> optional, int maxTexts, int maxTextLength) {}

    /** A request and where its answer goes. */
    private record Exchange(Request request, Response response, Callback callback) {
        String path() {
            return Request.getPathInContext(request);
        }

        boolean isRead() {
            return HttpMethod.GET.is(request.getMethod()) || HttpMethod.HEAD.is(request.getMethod());
        }
    }

    /** @param served by what follows {@code /predict} in their paths, the first by nothing */
    Endpoints(Map<String, Served> served, ServerOptions options, ServerMetrics metrics, SlowHeads slowHeads)
            throws IOException {
        this.served = served;
        this.model = served.get("").model();
        this.limits = options.limits();
        this.host = options.host();
        this.metrics = metrics;
        this.slowHeads = slowHeads;
        this.page = new Page();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        slowHeads.arrived(request);
        // While it is computed nothing comes or goes, which is no reason to give up.
        request.addIdleTimeoutListener(timeout -> false);
        Exchange exchange = new Exchange(request, response, callback);
        try {
            requireHost(request);
            requireChunks(request.getHeaders());
            route(exchange);
        } catch (RefusedException e) {
            refuse(exchange, e);
        }
        return true;
    }

    /** What is answered while the server stops. */
    void stopping(Request request, Response response, Callback callback) {
        Exchange exchange = new Exchange(request, response, callback);
        if (exchange.path().equals("/health")) {
            response.getHeaders().put(RETRY_AFTER);
            json(exchange, HttpStatus.SERVICE_UNAVAILABLE_503, new Health("stopping", model.task()));
        } else {
            refuse(exchange, new RefusedException(HttpStatus.SERVICE_UNAVAILABLE_503, Server.STOPPING));
        }
    }

    /** What is answered where Jetty refuses a request, such as one that is not HTTP; a {@link Request.Handler}. */
    boolean error(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        Object message = request.getAttribute(ErrorHandler.ERROR_MESSAGE);
        Object cause = request.getAttribute(ErrorHandler.ERROR_EXCEPTION);
        if (cause instanceof HttpException junk) {
            LOG.info("A client sent what is no request: {} {}", junk.getCode(), junk.getReason());
        } else if (HttpStatus.isServerError(status) && cause instanceof Throwable failure) {
            LOG.error("A request failed", failure);
        }
        String code = HttpStatus.getMessage(status);
        String reason = message == null || message.equals(code) ? code : code + ": " + message;
        refuse(
                new Exchange(request, response, callback),
                new RefusedException(
                        status,
                        new Problem(
                                reason,
                                "a request of HTTP/1.1 with a head of at most %d bytes".formatted(Server.HEAD_BYTES),
                                "one that cannot be read",
                                "Send it with a library for HTTP.")));
        return true;
    }

    private void route(Exchange exchange) throws RefusedException {
        String path = exchange.path();
        Optional<Page.Part> part = page.at(path);
        Optional<Served> asked = at(PREDICT, path);
        Optional<Served> described = at(MODEL, path);
        if (asked.isPresent()) {
            predict(exchange, asked.get());
        } else if (described.isPresent()) {
            requireRead(exchange);
            json(exchange, HttpStatus.OK_200, about(described.get().model()));
        } else if (part.isPresent()) {
            requireRead(exchange);
            exchange.response().getHeaders().put("Content-Security-Policy", Page.SECURITY_POLICY);
            exchange.response().getHeaders().put("Referrer-Policy", "no-referrer");
            reply(exchange, HttpStatus.OK_200, part.get().type(), part.get().bytes());
        } else {
            switch (path) {
                case "/health" -> {
                    requireRead(exchange);
                    json(exchange, HttpStatus.OK_200, new Health("ready", model.task()));
                }
                case "/metrics" -> {
                    requireRead(exchange);
                    reply(exchange, HttpStatus.OK_200, ServerMetrics.CONTENT_TYPE, metrics.text());
                }
                default ->
                    throw new RefusedException(
                            HttpStatus.NOT_FOUND_404,
                            new Problem(
                                    "There is nothing at this path",
                                    served.size() == 1
                                            ? "/, /predict, /model, /health or /metrics"
                                            : "/, /health, /metrics, or /predict or /model, alone or with one of %s behind"
                                                    .formatted(others()),
                                    path,
                                    "Texts are answered by POST at /predict."));
            }
        }
    }

    /** The model that a path means, such as {@code /predict/moods}. */
    private Optional<Served> at(String beginning, String path) {
        return path.startsWith(beginning)
                ? Optional.ofNullable(served.get(path.substring(beginning.length())))
                : Optional.empty();
    }

    private List<String> others() {
        return served.keySet().stream().filter(name -> !name.isEmpty()).toList();
    }

    private About about(ServedModel described) {
        QuestionFields fields = described.fields();
        return new About(described.task(), fields.required(), fields.optional(), limits.texts(), limits.textLength());
    }

    private void predict(Exchange exchange, Served asked) throws RefusedException {
        if (!HttpMethod.POST.is(exchange.request().getMethod())) {
            throw wrongMethod(exchange, "POST", "Send the text as the body of a POST.");
        }
        requireJson(exchange.request().getHeaders());
        BodyReader.read(exchange.request(), limits)
                .thenCompose(body -> answer(body, asked, new Asker(exchange.request())))
                .whenCompleteAsync(
                        (answer, failure) -> reply(exchange, answer, failure),
                        getServer().getThreadPool());
    }

    private CompletableFuture<Object> answer(byte[] body, Served asked, Asker asker) {
        try {
            PredictRequest request = PredictRequest.parse(body, asked.model().fields(), limits);
            return asked.batcher()
                    .submit(request.questions(), asker::isGone)
                    .thenApply(answers -> request.many() ? answers : answers.get(0));
        } catch (RefusedException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void reply(Exchange exchange, Object answer, Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause == null) {
            metrics.predicted(System.nanoTime() - exchange.request().getBeginNanoTime());
            json(exchange, HttpStatus.OK_200, answer);
        } else if (cause instanceof RefusedException refused) {
            refuse(exchange, refused);
        } else {
            refuse(
                    exchange,
                    new RefusedException(
                            HttpStatus.INTERNAL_SERVER_ERROR_500,
                            new Problem(
                                    "The model failed on this request: " + cause,
                                    "an answer",
                                    "a failure",
                                    "The server's log tells more; other requests are not affected.")));
        }
    }

    private void refuse(Exchange exchange, RefusedException refused) {
        HttpFields.Mutable headers = exchange.response().getHeaders();
        switch (refused.status()) {
            case HttpStatus.SERVICE_UNAVAILABLE_503 -> headers.put(RETRY_AFTER);
            case HttpStatus.REQUEST_TIMEOUT_408,
                    HttpStatus.PAYLOAD_TOO_LARGE_413,
                    HttpStatus.MISDIRECTED_REQUEST_421,
                    HttpStatus.NOT_IMPLEMENTED_501 -> headers.put(HttpHeader.CONNECTION, "close");
            default -> {}
        }
        json(exchange, refused.status(), refused.problem());
    }

    private void json(Exchange exchange, int status, Object value) {
        reply(exchange, status, JSON_TYPE, bytes(value));
    }

    private void reply(Exchange exchange, int status, String type, byte[] body) {
        metrics.request(isKnown(exchange.path()) ? exchange.path() : OTHER, status);
        exchange.response().setStatus(status);
        HttpFields.Mutable headers = exchange.response().getHeaders();
        headers.put(HttpHeader.CONTENT_TYPE, type);
        headers.put(HttpHeader.CONTENT_LENGTH, body.length);
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put(HttpHeader.CACHE_CONTROL, "no-store");
        exchange.response().write(true, ByteBuffer.wrap(body), exchange.callback());
    }

    private boolean isKnown(String path) {
        return List.of("/health", "/metrics").contains(path)
                || at(PREDICT, path).isPresent()
                || at(MODEL, path).isPresent()
                || page.at(path).isPresent();
    }

    /** As {@code predict} writes it, by way of a string: straight to bytes, Jackson escapes characters beyond U+FFFF. */
    static byte[] bytes(Object value) {
        try {
            return JSON.writeValueAsString(value).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Every result can be written as JSON", e);
        }
    }

    private static void requireRead(Exchange exchange) throws RefusedException {
        if (!exchange.isRead()) {
            throw wrongMethod(exchange, READABLE, "Texts are answered by POST at /predict.");
        }
    }

    private static RefusedException wrongMethod(Exchange exchange, String allowed, String fix) {
        exchange.response().getHeaders().put(HttpHeader.ALLOW, allowed);
        return new RefusedException(
                HttpStatus.METHOD_NOT_ALLOWED_405,
                new Problem(
                        "This path takes another method",
                        allowed,
                        exchange.request().getMethod(),
                        fix));
    }

    /** A page of another site whose name was made to lead here still sends its own name. */
    private void requireHost(Request request) throws RefusedException {
        String asked = Request.getServerName(request);
        if (LOOPBACK.contains(host) && !LOOPBACK.contains(asked) && !asked.equalsIgnoreCase(host)) {
            throw new RefusedException(
                    HttpStatus.MISDIRECTED_REQUEST_421,
                    new Problem(
                            "The request is for another host",
                            "Host: %s or localhost, since the server listens for this machine alone".formatted(host),
                            asked,
                            "Start the server with the --host by which it is reached, or have a proxy set the header."));
        }
    }

    private static void requireChunks(HttpFields headers) throws RefusedException {
        String coding = headers.get(HttpHeader.TRANSFER_ENCODING);
        if (coding != null && !coding.strip().equalsIgnoreCase("chunked")) {
            throw new RefusedException(
                    HttpStatus.NOT_IMPLEMENTED_501,
                    new Problem(
                            "The body is in a transfer coding that is not read here",
                            "Transfer-Encoding: chunked, or a Content-Length",
                            coding,
                            "Send it uncompressed."));
        }
    }

    /** Another site's page cannot send this type without asking first, which is refused. */
    private static void requireJson(HttpFields headers) throws RefusedException {
        String encoding = headers.get(HttpHeader.CONTENT_ENCODING);
        String type = headers.get(HttpHeader.CONTENT_TYPE);
        String plain = type == null
                ? ""
                : type.toLowerCase(Locale.ROOT).replace(" ", "").replace("\"", "");
        boolean json = plain.equals(JSON_TYPE) || plain.equals(JSON_TYPE + ";charset=utf-8");
        if (!json || encoding != null && !encoding.equals("identity")) {
            throw new RefusedException(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE_415,
                    new Problem(
                            "The body is of a type that is not read here",
                            JSON_TYPE + ", in UTF-8 and not compressed",
                            json ? "Content-Encoding: " + encoding : type == null ? "no Content-Type" : type,
                            "Send the header Content-Type: " + JSON_TYPE + "."));
        }
    }
}
