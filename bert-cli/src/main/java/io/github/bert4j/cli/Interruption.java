package io.github.bert4j.cli;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.jline.utils.Signals;

/** Ctrl-C, {@code kill} and a terminal that is closed, while a command can be suspended: the first one asks it to, the second ends the process at once. */
final class Interruption {
    private static final int EXIT_CODE_OF_SIGNALS = 128;

    private final boolean heeded;
    private int exitCode;

    /** A signal, with its number. */
    private enum Signal {
        HUP(1),
        INT(2),
        TERM(15);

        private final int number;

        Signal(int number) {
            this.number = number;
        }
    }

    /** What can be suspended. */
    @FunctionalInterface
    interface Action<T> {
        T run() throws IOException;
    }

    private Interruption(boolean heeded) {
        this.heeded = heeded;
    }

    /** By the signals of this process. */
    static Interruption bySignals() {
        return new Interruption(true);
    }

    /** Never; for commands that run within another program. */
    static Interruption never() {
        return new Interruption(false);
    }

    /** Does something that the first signal is to suspend. */
    <T> T during(Action<T> action, Runnable suspend, Console console) throws IOException {
        if (!heeded) {
            return action.run();
        }
        List<Object> before = Stream.of(Signal.values())
                .map(signal -> Signals.register(signal.name(), () -> arrived(signal, suspend, console)))
                .toList();
        try {
            return action.run();
        } finally {
            for (Signal signal : Signal.values()) {
                Signals.unregister(signal.name(), before.get(signal.ordinal()));
            }
        }
    }

    /** What a command ends with that was suspended, as shells count: 130 after Ctrl-C, 143 after {@code kill}. */
    synchronized int exitCode() {
        return exitCode;
    }

    private synchronized void arrived(Signal signal, Runnable suspend, Console console) {
        if (exitCode != 0) {
            Runtime.getRuntime().halt(EXIT_CODE_OF_SIGNALS + signal.number);
        }
        exitCode = EXIT_CODE_OF_SIGNALS + signal.number;
        console.log("");
        console.log("Finishing the step under way and saving the state; once more ends at once, without saving.");
        suspend.run();
    }
}
