package io.github.bert4j.graph;

/** ND4J and its native libraries, which take half a second to start: whoever will need them can have that done meanwhile. */
public final class Natives {
    private Natives() {}

    /** Begins to start them in a thread of its own; a trifle if they have started. If that fails, their first use says why. */
    public static void begin() {
        Thread starting = new Thread(() -> new Graph(0).close(), "bert4j-natives");
        starting.setDaemon(true);
        starting.setUncaughtExceptionHandler((thread, failure) -> {});
        starting.start();
    }
}
