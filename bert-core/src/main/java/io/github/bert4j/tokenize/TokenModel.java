package io.github.bert4j.tokenize;

/** Cuts words into tokens of a vocabulary. */
interface TokenModel {
    /** Adds the tokens of one word, which is not empty, with the ranges of the original text that they came from. */
    void cut(TrackedText text, int from, int to, Pieces pieces);
}
