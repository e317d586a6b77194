package io.github.bert4j.task;

/** JSON or a line that is no question: what is wrong, what was expected and received, and what to do. */
public final class MalformedQuestionException extends Exception {
    private static final long serialVersionUID = 1;

    private final String expected;
    private final String received;
    private final String fix;

    MalformedQuestionException(String error, String expected, String received, String fix) {
        super(error, null, false, false);
        this.expected = expected;
        this.received = received;
        this.fix = fix;
    }

    public String expected() {
        return expected;
    }

    public String received() {
        return received;
    }

    public String fix() {
        return fix;
    }
}
