package io.github.bert4j.serve;

/** A request that is not answered. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Problem problem;

    RefusedException(int status, Problem problem) {
        super(problem.error(), null, false, false);
        this.status = status;
        this.problem = problem;
    }

    int status() {
        return status;
    }

    Problem problem() {
        return problem;
    }
}
