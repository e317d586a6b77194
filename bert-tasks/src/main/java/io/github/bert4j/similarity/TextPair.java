package io.github.bert4j.similarity;

/** Two texts to be compared. */
public record TextPair(String first, String second) {}
