package io.github.bert4j.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * One configuration, measured in turns.
 *
 * @param own bert4j's runs, by round
 * @param peers the runs of the same rounds of each peer, by its name
 */
record Comparison(String configuration, List<StepTimes> own, Map<String, List<StepTimes>> peers) {

    /** @throws IllegalArgumentException if not all had the same work to do */
    Comparison {
        peers = new TreeMap<>(peers);
        for (List<StepTimes> peer : peers.values()) {
            for (int i = 0; i < own.size(); i++) {
                requireSame(configuration, own.get(i), peer.get(i));
            }
        }
    }

    private static void requireSame(String configuration, StepTimes a, StepTimes b) {
        if (a.realTokens() != b.realTokens() || a.mode() != b.mode() || a.precision() != b.precision()) {
            throw new IllegalArgumentException(
                    "%s cannot be compared: bert4j did %s of %d tokens in %s, and %s did %s of %d tokens in %s"
                            .formatted(
                                    configuration,
                                    a.mode(),
                                    a.realTokens(),
                                    a.precision(),
                                    b.peer(),
                                    b.mode(),
                                    b.realTokens(),
                                    b.precision()));
        }
    }

    /** What all did. */
    StepTimes first() {
        return own.get(0);
    }

    int rounds() {
        return own.size();
    }

    /** The name of the peer that took the least time. */
    String best() {
        return peers.keySet().stream()
                .min((a, b) ->
                        Double.compare(peerSeconds(a).median(), peerSeconds(b).median()))
                .orElseThrow();
    }

    /** Seconds per step of bert4j. */
    Spread ownSeconds() {
        return seconds(own);
    }

    /** Seconds per step of a peer. */
    Spread peerSeconds(String peer) {
        return seconds(peers.get(peer));
    }

    /** bert4j's time divided by that of the best peer, round by round. */
    Spread share() {
        List<StepTimes> best = peers.get(best());
        return Spread.of(IntStream.range(0, rounds())
                .mapToDouble(i -> own.get(i).totalSeconds() / best.get(i).totalSeconds()));
    }

    /** Peak memory of bert4j in MiB. */
    Spread ownMemory() {
        return memory(own);
    }

    /** Peak memory of a peer in MiB. */
    Spread peerMemory(String peer) {
        return memory(peers.get(peer));
    }

    private Spread seconds(List<StepTimes> runs) {
        return spread(runs, StepTimes::totalSeconds, first().steps());
    }

    private static Spread memory(List<StepTimes> runs) {
        return spread(runs, StepTimes::maxRssMb, 1);
    }

    private static Spread spread(List<StepTimes> runs, ToDoubleFunction<StepTimes> value, int parts) {
        return Spread.of(runs.stream().mapToDouble(value).map(sum -> sum / parts));
    }
}
