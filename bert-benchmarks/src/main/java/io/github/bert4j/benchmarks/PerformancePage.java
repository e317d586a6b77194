package io.github.bert4j.benchmarks;

import io.github.bert4j.kernels.Precision;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The text of {@code performance.md}; all numbers of results in it are measured ones. */
final class PerformancePage {
    static final String CHART = "performance.png";

    private final Records records;
    private final Machine machine;
    private final List<Comparison> comparisons;
    private final StepTimes own;

    /** All that were measured, by name. */
    private final Map<String, StepTimes> peers = new TreeMap<>();

    /** @throws IllegalArgumentException if no configuration has a complete round */
    PerformancePage(Records records) {
        this.records = records;
        this.machine = records.machine();
        this.comparisons = records.comparisons();
        if (comparisons.isEmpty()) {
            throw new IllegalArgumentException(
                    "Nothing can be compared: expected a configuration of which both bert4j and a peer were measured");
        }
        this.own = comparisons.get(0).first();
        comparisons.forEach(comparison -> comparison.peers().forEach((name, runs) -> peers.put(name, runs.get(0))));
    }

    String markdown() {
        return String.join("\n", time(), memory(), limit(), tokenizers(), conditions());
    }

    private String time() {
        long faster = comparisons.stream()
                .filter(comparison -> comparison.share().median() < 1)
                .count();
        return """
                # Performance

                bert4j beside others on the same machine, in turns: a BERT with random weights, %d layers of width %d, on %d threads
                of an %s. `benchmarks.jar report` made this page of the measurements; nothing in it is typed by hand.

                ![Seconds per step of bert4j and of its best peer](%s)

                %s
                Seconds per step: the median of the rounds, in brackets least and most. The best peer of a row is in bold. The last
                column is bert4j's time divided by that of the best peer in the same round: below 1 bert4j is faster, as it is
                in %d of %d configurations.

                A step is what a user calls: `Model.predict` on a batch, or a step of `fit`, which is forward with dropout, backward, and Adam
                on all weights. The model is one sigmoid unit on [CLS] with binary cross-entropy. All see
                sequences of the same lengths in the same order%s. `sorted` peers see the texts of all steps sorted by length, so
                that their batches need little padding; bert4j leaves padding out in any case.

                - `pytorch`: fused attention, one product for query, key and value, the fused Adam, autocast for bf16. `compiled` is the
                  same by `torch.compile`.
                - `onnxruntime`: the model that bert4j exported, int8 by ONNX Runtime's dynamic quantization, by column.
                """.formatted(
                        own.layers(),
                        own.hidden(),
                        own.threads(),
                        machine.processor(),
                        CHART,
                        table(
                                heads("bert4j", "bert4j / best", "rounds"),
                                comparison -> cells(
                                        comparison,
                                        comparison.ownSeconds().text(3),
                                        peer -> bestInBold(
                                                comparison,
                                                peer,
                                                comparison.peerSeconds(peer).text(3)),
                                        comparison.share().text(2),
                                        String.valueOf(comparison.rounds()))),
                        faster,
                        comparisons.size(),
                        texts());
    }

    private List<String> heads(String own, String... others) {
        return Stream.of(Stream.of("", own), peers.keySet().stream(), Stream.of(others))
                .flatMap(part -> part)
                .toList();
    }

    /** A row whose cells are empty where a peer was not measured. */
    private List<String> cells(Comparison comparison, String own, UnaryOperator<String> peer, String... others) {
        Stream<String> measured =
                peers.keySet().stream().map(name -> comparison.peers().containsKey(name) ? peer.apply(name) : "");
        return Stream.of(Stream.of(label(comparison), own), measured, Stream.of(others))
                .flatMap(part -> part)
                .toList();
    }

    private static String bestInBold(Comparison comparison, String peer, String text) {
        return comparison.best().equals(peer) ? "**" + text + "**" : text;
    }

    private String memory() {
        if (own.maxRssMb() == null) {
            return "## Memory\n\nThis system does not tell how much is resident.\n";
        }
        String growth = records.growth()
                .map(found -> "\nDoes it grow? %s of a BERT of %d layers with ever other lengths, batch %d: %s.\n"
                        .formatted(
                                name(found.mode()),
                                found.layers(),
                                found.batch(),
                                found.looks().stream()
                                        .map(look -> "%d MiB after step %d, of which the Java heap takes %d"
                                                .formatted(look.residentMb(), look.step(), look.heapMb()))
                                        .collect(Collectors.joining("; "))))
                .orElse("");
        return """
                ## Memory

                %s
                The most memory that was resident, in MiB, of the whole process from its start. The JVM ran with a heap of at most %d
                MiB; arrays lie outside of it.
                %s""".formatted(
                        table(
                                heads("bert4j"),
                                comparison -> cells(
                                        comparison,
                                        comparison.ownMemory().text(0),
                                        peer -> comparison.peerMemory(peer).text(0))),
                        own.maxHeapMb(),
                        growth);
    }

    private String limit() {
        return """
                ## How near to the machine's limit

                %s
                GFLOP are the additions and multiplications of a step's matrix products, 2·m·n·k each, that the result needs. The
                least time is what they would take at the rate of the largest
                product, two matrices of %d × %d through bert4j's dense layer: %s. The share is
                the least time divided by the measured one.
                """.formatted(
                        table(List.of("", "GFLOP", "least s", "bert4j's share"), this::limit),
                        machine.size(),
                        machine.size(),
                        rates());
    }

    private List<String> limit(Comparison comparison) {
        double perStep = comparison.first().gflop() / comparison.first().steps();
        double least = perStep / records.gflopPerSecond(comparison.first().precision());
        double share = 100 * least / comparison.ownSeconds().median();
        return List.of(label(comparison), number(perStep, 0), number(least, 3), number(share, 0) + " %");
    }

    private String rates() {
        return comparisons.stream()
                .map(comparison -> comparison.first().precision())
                .distinct()
                .map(precision ->
                        "%s GFLOP/s in %s".formatted(number(records.gflopPerSecond(precision), 0), name(precision)))
                .collect(Collectors.joining(", "));
    }

    private String tokenizers() {
        Map<String, Double> rates = records.tokenizers();
        if (rates.isEmpty()) {
            return "";
        }
        String rows = rates.entrySet().stream()
                .map(entry -> row(List.of(entry.getKey(), number(entry.getValue() / 1e6, 1))))
                .collect(Collectors.joining("\n"));
        return """
                ## Tokenizers

                | | million characters per second |
                |---|---|
                %s

                On one thread, Chinese reviews one by one, from text to ids and offsets. The aims are 20 for `OurTokenizer` and 5 for
                `WordPieceTokenizer`. Hugging Face's, the same WordPiece written in Rust, is called as from any Java program, by DJL.
                """.formatted(rows);
    }

    private String conditions() {
        List<Records.Line> lines = records.lines();
        return """
                ## Conditions

                - %s, %d cores, %d GiB; %s
                - %s; %s
                - %s; bert4j at commit %s
                - Steps per run: %s. Before them bert4j and ONNX Runtime do %d that are not counted, PyTorch the first one twice, and
                  compiled one of each shape.
                - A process per run; measured from %s to %s (UTC).

                To repeat it, with a `python3` that has torch, onnx and onnxruntime:

                ```sh
                mvn -q -DskipTests package
                PYTHON=python3 bert-benchmarks/compare.sh
                java -jar bert-benchmarks/target/benchmarks.jar report bert-benchmarks/target/performance.jsonl
                ```

                ## Not measured

                - GPUs: the newest published nd4j-cuda, 11.6, holds no code for Hopper GPUs ([more](decisions/0002-cuda.md)).
                - macOS, Windows, and processors other than the one above.
                """.formatted(
                        machine.processor(),
                        machine.cores(),
                        machine.memoryGb(),
                        machine.system(),
                        machine.java(),
                        peers.values().stream().map(StepTimes::peer).distinct().collect(Collectors.joining(", ")),
                        own.peer(),
                        lines.stream().map(Records.Line::commit).distinct().collect(Collectors.joining(", ")),
                        comparisons.stream()
                                .map(comparison -> comparison.first().steps())
                                .distinct()
                                .map(String::valueOf)
                                .collect(Collectors.joining(" or ")),
                        own.warmUpSteps(),
                        lines.get(0).time(),
                        lines.get(lines.size() - 1).time());
    }

    private String texts() {
        return comparisons.stream()
                .map(Comparison::first)
                .filter(measured -> !isFull(measured))
                .findFirst()
                .map(measured -> "; the texts are those of `%s`, and %s %% of their padded tokens are real"
                        .formatted(
                                records.lines().get(0).texts(),
                                number(100.0 * measured.realTokens() / measured.paddedTokens(), 0)))
                .orElse("");
    }

    private String table(List<String> head, Function<Comparison, List<String>> cells) {
        Stream<String> lines = Stream.concat(
                Stream.of(row(head), "|---".repeat(head.size()) + "|"),
                comparisons.stream().map(cells).map(PerformancePage::row));
        return lines.collect(Collectors.joining("\n")) + "\n";
    }

    private static String row(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |";
    }

    private static String label(Comparison comparison) {
        StepTimes measured = comparison.first();
        String work = isFull(measured)
                ? "%d × %d tokens"
                        .formatted(measured.batch(), measured.realTokens() / measured.steps() / measured.batch())
                : measured.batch() + " texts";
        return "%s, %s, %s".formatted(name(measured.mode()), work, name(measured.precision()));
    }

    private static boolean isFull(StepTimes measured) {
        return measured.realTokens() == measured.paddedTokens();
    }

    private static String name(Precision precision) {
        return precision.name().toLowerCase(Locale.ROOT);
    }

    private static String name(Mode mode) {
        return switch (mode) {
            case INFER -> "Inference";
            case TRAIN -> "Training";
        };
    }

    private static String number(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
