package io.github.bert4j.task;

import java.io.IOException;

/** What was opened stays open if all goes well that follows, and is closed if not. */
final class Opened {
    private Opened() {}

    /** What is to be done with it. */
    @FunctionalInterface
    interface Use<T> {
        void with(T opened) throws IOException;
    }

    static <T extends AutoCloseable> T orClosed(T opened, Use<T> use) throws IOException {
        try {
            use.with(opened);
            return opened;
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
