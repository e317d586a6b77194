package io.github.bert4j.task;

import java.io.IOException;

/** What was opened stays open if all goes well that follows, and is closed if not. */
final class Opened {
    private Opened() {}

    /** What is to be done with it, and what comes of that. */
    @FunctionalInterface
    interface Use<O, T> {
        T with(O opened) throws IOException;
    }

    static <O extends AutoCloseable, T> T orClosed(O opened, Use<O, T> use) throws IOException {
        try {
            return use.with(opened);
        } catch (Throwable failure) {
            try {
                opened.close();
            } catch (Exception second) {
                failure.addSuppressed(second);
            }
            throw failure;
        }
    }
}
