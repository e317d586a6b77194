package io.github.bert4j.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.kernels.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What {@code compare.sh} writes, a line per run.
 *
 * @param lines in the order in which they were measured, at least one with the machine in it
 */
record Records(List<Line> lines) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The side that is bert4j. */
    static final String OWN = "bert4j";

    /** The side that is the machine; all others are peers. */
    static final String MACHINE = "machine";

    /**
     * One run.
     *
     * @param round from 1
     * @param side who ran: {@link #OWN}, {@link #MACHINE}, or a peer's name
     * @param time when it ended, in UTC
     * @param commit of bert4j
     * @param texts name of the file whose texts' lengths were taken
     * @param result what the program printed
     */
    record Line(
            String configuration, int round, String side, String time, String commit, String texts, JsonNode result) {}

    /** @throws IOException if the file is missing, or a line is not one of {@code compare.sh}; the message has its number */
    static Records read(Path file) throws IOException {
        List<Line> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            try {
                lines.add(JSON.readValue(line, Line.class));
            } catch (JsonProcessingException e) {
                throw new IOException(
                        "%s, line %d: expected a line of compare.sh: %s"
                                .formatted(file, lines.size() + 1, e.getOriginalMessage()),
                        e);
            }
        }
        if (lines.stream().noneMatch(line -> line.side().equals(MACHINE))) {
            throw new IOException(file + " does not say on which machine: expected lines of compare.sh");
        }
        return new Records(lines);
    }

    /** The machine. */
    Machine machine() {
        return machines().findFirst().orElseThrow();
    }

    /**
     * The best rate that was ever measured on the machine, in GFLOP per second.
     *
     * @throws IllegalArgumentException if there is none in this precision
     */
    double gflopPerSecond(Precision precision) {
        return machines()
                .filter(machine -> machine.precision() == precision)
                .mapToDouble(Machine::gflopPerSecond)
                .max()
                .orElseThrow(() -> new IllegalArgumentException(
                        "No line of the machine is of %s: expected one per configuration".formatted(precision)));
    }

    /** Configurations of which at least one round of bert4j and of a peer is there, in the order in which they were measured. */
    List<Comparison> comparisons() {
        Map<String, Map<Integer, Map<String, StepTimes>>> runs = new LinkedHashMap<>();
        for (Line line : lines) {
            if (line.result().has("real_tokens")) {
                runs.computeIfAbsent(line.configuration(), name -> new TreeMap<>())
                        .computeIfAbsent(line.round(), round -> new TreeMap<>())
                        .put(line.side(), JSON.convertValue(line.result(), StepTimes.class));
            }
        }
        List<Comparison> comparisons = new ArrayList<>();
        runs.forEach((name, rounds) -> comparison(name, rounds.values()).ifPresent(comparisons::add));
        return comparisons;
    }

    /** Of the rounds that all sides finished. */
    private static Optional<Comparison> comparison(String name, Collection<Map<String, StepTimes>> rounds) {
        Set<String> sides = rounds.iterator().next().keySet();
        List<Map<String, StepTimes>> complete =
                rounds.stream().filter(round -> round.keySet().equals(sides)).toList();
        if (!sides.contains(OWN) || sides.size() < 2) {
            return Optional.empty();
        }
        Map<String, List<StepTimes>> peers = new TreeMap<>();
        for (String side : sides) {
            peers.put(side, complete.stream().map(round -> round.get(side)).toList());
        }
        List<StepTimes> own = peers.remove(OWN);
        return Optional.of(new Comparison(name, own, peers));
    }

    /** How memory grows, if that was measured. */
    Optional<MemoryBenchmark.Growth> growth() {
        return resultOf("memory").map(result -> JSON.convertValue(result, MemoryBenchmark.Growth.class));
    }

    /** Characters per second by the name of the tokenizer; empty if that was not measured. */
    Map<String, Double> tokenizers() {
        Map<String, Double> rates = new TreeMap<>();
        resultOf("tokenizers")
                .ifPresent(results -> results.forEach(result -> {
                    String name = result.path("benchmark").asText();
                    rates.put(
                            name.substring(name.lastIndexOf('.') + 1),
                            result.at("/primaryMetric/score").asDouble());
                }));
        return rates;
    }

    private Stream<Machine> machines() {
        return lines.stream()
                .filter(line -> line.side().equals(MACHINE))
                .map(line -> JSON.convertValue(line.result(), Machine.class));
    }

    private Optional<JsonNode> resultOf(String configuration) {
        return lines.stream()
                .filter(line -> line.configuration().equals(configuration))
                .findFirst()
                .map(Line::result);
    }
}
