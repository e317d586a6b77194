package io.github.bert4j.cli;

/** What {@code predict} prints for a line that it cannot answer. */
record Failure(String text, String error) {
    static final Failure BLANK = new Failure("", "blank");
}
