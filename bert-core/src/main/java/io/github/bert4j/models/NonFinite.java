package io.github.bert4j.models;

/** A step that must not change weights, since a number of it is not finite; {@link Fit} says where that was. */
final class NonFinite extends ArithmeticException {
    private static final long serialVersionUID = 1;

    NonFinite(String what) {
        super(what);
    }
}
