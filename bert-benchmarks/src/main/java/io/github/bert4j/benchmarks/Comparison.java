package io.github.bert4j.benchmarks;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * One configuration, measured in turns.
 *
 * @param own bert4j's runs, by round
 * @param peer the peer's of the same rounds
 */
record Comparison(String configuration, List<StepTimes> own, List<StepTimes> peer) {

    /** @throws IllegalArgumentException if the two did not have the same work to do */
    Comparison {
        for (int i = 0; i < own.size(); i++) {
            StepTimes a = own.get(i);
            StepTimes b = peer.get(i);
            if (a.realTokens() != b.realTokens() || a.mode() != b.mode() || a.bf16() != b.bf16()) {
                throw new IllegalArgumentException(
                        "%s cannot be compared: bert4j did %s of %d tokens, bf16 %b, and %s did %s of %d tokens, bf16 %b"
                                .formatted(
                                        configuration,
                                        a.mode(),
                                        a.realTokens(),
                                        a.bf16(),
                                        b.peer(),
                                        b.mode(),
                                        b.realTokens(),
                                        b.bf16()));
            }
        }
    }

    /** What both did. */
    StepTimes first() {
        return own.get(0);
    }

    int rounds() {
        return own.size();
    }

    /** Seconds per step of bert4j. */
    Spread ownSeconds() {
        return spread(own, StepTimes::totalSeconds, first().steps());
    }

    /** Seconds per step of the peer. */
    Spread peerSeconds() {
        return spread(peer, StepTimes::totalSeconds, first().steps());
    }

    /** How many times as fast as the peer bert4j is, round by round. */
    Spread speed() {
        return Spread.of(IntStream.range(0, rounds())
                .mapToDouble(i -> peer.get(i).totalSeconds() / own.get(i).totalSeconds()));
    }

    /** Peak memory of bert4j in MiB. */
    Spread ownMemory() {
        return spread(own, StepTimes::maxRssMb, 1);
    }

    /** Peak memory of the peer in MiB. */
    Spread peerMemory() {
        return spread(peer, StepTimes::maxRssMb, 1);
    }

    private static Spread spread(List<StepTimes> runs, ToDoubleFunction<StepTimes> value, int parts) {
        return Spread.of(runs.stream().mapToDouble(value).map(sum -> sum / parts));
    }
}
