package io.github.bert4j.models;

/**
 * Which weights of a file a model takes.
 *
 * <pre>{@code
 * LoadedWeights loaded = model.loadWeights(file, LoadOptions.byName().skippingMismatches());
 * }</pre>
 *
 * @param matching what the file and the model must have in common
 * @param mismatches what is done about a weight of the same name and another shape or type
 */
public record LoadOptions(Matching matching, Mismatches mismatches) {

    /** What a file and a model must have in common. */
    public enum Matching {
        /** Everything: weights, their shapes, and how layers are connected. */
        STRUCTURE,
        /** Any weight of the same name. */
        NAME
    }

    /** What is done about a weight of the same name and another shape or type. */
    public enum Mismatches {
        /** Nothing is loaded. */
        REFUSED,
        /** The model's weight stays as it is. */
        SKIPPED
    }

    /** @throws IllegalArgumentException if mismatches are to be skipped where everything must match */
    public LoadOptions {
        if (matching == Matching.STRUCTURE && mismatches == Mismatches.SKIPPED) {
            throw new IllegalArgumentException(
                    "Skipping mismatches where a file must match exactly: expected LoadOptions.byName().skippingMismatches()");
        }
    }

    /** All of the model's weights, of a file that holds these and no others, saved by a model of the same structure. */
    public static LoadOptions exact() {
        return new LoadOptions(Matching.STRUCTURE, Mismatches.REFUSED);
    }

    /**
     * Those that the file and the model both have a weight of that name for, as {@code by_name=True} is in Keras: for a model
     * with another head, or a view of a larger one.
     *
     * <p>Trap: numbered names, {@code dense_1}, depend on the order in which layers are applied. Name layers with
     * {@link io.github.bert4j.graph.Layer#named}.
     */
    public static LoadOptions byName() {
        return new LoadOptions(Matching.NAME, Mismatches.REFUSED);
    }

    /** The same, but a weight of another shape or type stays as it is. */
    public LoadOptions skippingMismatches() {
        return new LoadOptions(matching, Mismatches.SKIPPED);
    }
}
