package io.github.bert4j.serve;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.IntSupplier;

/** What {@code /metrics} tells, in Prometheus' text format; each server counts for itself. */
final class ServerMetrics {
    static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private static final double SECOND = 1e9;
    private static final double[] TIMES = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
    private static final double[] SIZES = {1, 2, 4, 8, 16, 32, 64, 128, 256};

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Counter requests = Counter.builder()
            .name("bert4j_requests_total")
            .help("Requests answered, by path and status.")
            .labelNames("path", "status")
            .register(registry);
    private final Histogram requestTime = Histogram.builder()
            .name("bert4j_request_seconds")
            .help("Time from the first byte of a request for predictions to its answer, of those with status 200.")
            .classicOnly()
            .classicUpperBounds(TIMES)
            .register(registry);
    private final Histogram batchSize = Histogram.builder()
            .name("bert4j_batch_texts")
            .help("Texts that were computed together.")
            .classicOnly()
            .classicUpperBounds(SIZES)
            .register(registry);
    private final Histogram batchTime = Histogram.builder()
            .name("bert4j_batch_seconds")
            .help("Time to compute a batch.")
            .classicOnly()
            .classicUpperBounds(TIMES)
            .register(registry);

    /** Has the number of waiting texts told as well. */
    void watchQueue(IntSupplier waiting) {
        GaugeWithCallback.builder()
                .name("bert4j_queue_texts")
                .help("Texts that wait to be computed.")
                .callback(gauge -> gauge.call(waiting.getAsInt()))
                .register(registry);
    }

    /** @param path one of those that there are, or {@code other}: whoever asks must not choose what is counted */
    void request(String path, int status) {
        requests.labelValues(path, String.valueOf(status)).inc();
    }

    void predicted(long nanoseconds) {
        requestTime.observe(nanoseconds / SECOND);
    }

    void batch(int texts, long nanoseconds) {
        batchTime.observe(nanoseconds / SECOND);
        batchSize.observe(texts);
    }

    byte[] text() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(out, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
