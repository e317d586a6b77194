package io.github.bert4j.train;

/**
 * What training does with a step whose loss or gradients are not finite. Such a step never changes a weight or the
 * optimizer's state.
 *
 * <pre>{@code
 * model.compile(loss, new Adam(2e-5)).with(OnNonFinite.SKIP);
 * }</pre>
 */
public enum OnNonFinite implements Technique {
    /** {@code fit} throws a {@link NonFiniteException}; the default. */
    STOP,
    /**
     * The batches are left out and logged as a warning; the step does not count in schedules. An epoch of such steps alone
     * stops all the same.
     */
    SKIP
}
