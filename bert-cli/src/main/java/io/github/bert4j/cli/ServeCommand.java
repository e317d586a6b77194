package io.github.bert4j.cli;

import io.github.bert4j.serve.Batching;
import io.github.bert4j.serve.BundleServer;
import io.github.bert4j.serve.Limits;
import io.github.bert4j.serve.ServerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code serve}. */
@Command(
        name = "serve",
        description = {
            "Answer questions over HTTP as predict answers them, until Ctrl-C or SIGTERM: POST {\"text\": …} or {\"texts\": […]} to"
                    + " /predict.",
            "/ is a page to try it, /health and /metrics are for whoever looks after it."
        })
final class ServeCommand implements Callable<Integer> {
    @ParentCommand
    private Bert4j program;

    @Spec
    private CommandSpec spec;

    @Mixin
    private BundleOptions bundle;

    @Option(
            names = "--model",
            paramLabel = "NAME=BUNDLE",
            showDefaultValue = Visibility.NEVER,
            description =
                    "Another bundle, which answers at /predict/NAME. May be given several times; bundles of train --lora"
                            + " that adapt the same model share it.")
    private Map<String, Path> others = new LinkedHashMap<>();

    @Option(
            names = "--host",
            defaultValue = "127.0.0.1",
            description = "Address to listen at; 127.0.0.1 is reached from this machine alone, 0.0.0.0 from anywhere.")
    private String host;

    @Option(
            names = "--port",
            defaultValue = "8080",
            description = "Port to listen at; 0 is any free one.",
            converter = Numbers.Port.class)
    private int port;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "32",
            description = "Texts computed together, at most.",
            converter = Numbers.AtLeastOne.class)
    private int batch;

    @Option(
            names = "--wait",
            paramLabel = "MS",
            defaultValue = "5",
            description = "Milliseconds that a model which is free waits for more texts.",
            converter = Numbers.AtLeastZero.class)
    private int wait;

    @Option(
            names = "--queue",
            paramLabel = "N",
            defaultValue = "1024",
            description = "Texts that may wait, at most; beyond that the answer is 503.",
            converter = Numbers.AtLeastOne.class)
    private int queue;

    @Option(
            names = "--max-body",
            paramLabel = "BYTES",
            defaultValue = "1048576",
            description = "Of a request.",
            converter = Numbers.AtLeastOne.class)
    private int maxBody;

    @Option(
            names = "--max-texts",
            paramLabel = "N",
            defaultValue = "256",
            description = "Of a request.",
            converter = Numbers.AtLeastOne.class)
    private int maxTexts;

    @Option(
            names = "--max-text-length",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Characters of a text.",
            converter = Numbers.AtLeastOne.class)
    private int maxTextLength;

    @Option(
            names = "--timeout",
            paramLabel = "MS",
            defaultValue = "10000",
            description = "Milliseconds within which a request must arrive.",
            converter = Numbers.AtLeastOne.class)
    private int timeout;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Console console = program.console();
        ServerOptions options = options();
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        BundleOptions.Served served = bundle.load(others);
        try (BundleServer server = BundleServer.start(served.first(), served.others(), options)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(asked, done), "bert4j-stop"));
            console.log("bert4j: listening at " + server.uri() + " (Ctrl-C stops)");
            asked.await();
            console.log("bert4j: stopping");
        }
        bundle.end(console);
        done.countDown();
        return ExitCode.OK;
    }

    /** A JVM that a signal ends says so by its exit code; here the signal is the way to end well. */
    private static void end(CountDownLatch asked, CountDownLatch done) {
        asked.countDown();
        try {
            done.await();
            Runtime.getRuntime().halt(ExitCode.OK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ServerOptions options() {
        try {
            return new ServerOptions(
                    host,
                    port,
                    new Batching(batch, Duration.ofMillis(wait), queue),
                    new Limits(maxBody, maxTexts, maxTextLength, Duration.ofMillis(timeout)));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
