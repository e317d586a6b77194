package io.github.bert4j.tokenize;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * One text, or a pair, as a BERT model reads it: a token id and a segment id per token, and where each token came from.
 *
 * <p>A token's source is the range [start, end) of its own segment's original text, in UTF-16 units, so
 * {@code text.substring(encoding.start(i), encoding.end(i))} is what it stands for, before any lower-casing or removed
 * accent. {@code [CLS]} and {@code [SEP]} have an empty range: 0 for {@code [CLS]}, the end of the last token kept
 * before it for {@code [SEP]}. No other token's range is empty. Ranges ascend, and overlap only where one character of
 * the text became several tokens.
 *
 * <p>Immutable; the arrays returned are copies.
 */
public final class Encoding {
    private final Vocabulary vocabulary;
    private final int[] ids;
    private final int[] starts;
    private final int[] ends;
    /** Index of segment 1's first token; the length if there is no segment 1. */
    private final int secondSegment;

    private final boolean cut;

    private Encoding(Vocabulary vocabulary, int firstLength, int secondLength, boolean pair, boolean cut) {
        this.cut = cut;
        int length = firstLength + 2 + (pair ? secondLength + 1 : 0);
        this.vocabulary = vocabulary;
        this.ids = new int[length];
        this.starts = new int[length];
        this.ends = new int[length];
        this.secondSegment = firstLength + 2;
    }

    static Encoding of(Vocabulary vocabulary, Pieces text, int maximumLength) {
        int length = Math.min(text.size(), room(maximumLength, 2));
        var encoding = new Encoding(vocabulary, length, 0, false, length < text.size());
        encoding.ids[0] = vocabulary.classificationId();
        encoding.put(text, 1, length);
        return encoding;
    }

    static Encoding of(Vocabulary vocabulary, Pieces first, Pieces second, int maximumLength) {
        int room = room(maximumLength, 3);
        int firstLength = first.size();
        int secondLength = second.size();
        while (firstLength + secondLength > room) {
            if (firstLength > secondLength) {
                firstLength--;
            } else {
                secondLength--;
            }
        }
        var encoding = new Encoding(
                vocabulary,
                firstLength,
                secondLength,
                true,
                firstLength < first.size() || secondLength < second.size());
        encoding.ids[0] = vocabulary.classificationId();
        encoding.put(first, 1, firstLength);
        encoding.put(second, firstLength + 2, secondLength);
        return encoding;
    }

    /** How many tokens there are, the special ones included. */
    public int length() {
        return ids.length;
    }

    /** Whether there was more of the text, or of the pair, than fits. */
    public boolean isCut() {
        return cut;
    }

    /** The token ids, [length]. */
    public int[] ids() {
        return ids.clone();
    }

    /** The segment ids, [length]: 0 up to and including the first {@code [SEP]}, 1 behind it. */
    public int[] segments() {
        int[] segments = new int[ids.length];
        Arrays.fill(segments, secondSegment, ids.length, 1);
        return segments;
    }

    /** The tokens as the vocabulary spells them; what it does not hold reads {@code [UNK]}. */
    public List<String> tokens() {
        return Arrays.stream(ids).mapToObj(vocabulary::token).toList();
    }

    /** Where the token starts in its segment's text, in UTF-16 units. */
    public int start(int token) {
        return starts[token];
    }

    /** Where the token ends in its segment's text, in UTF-16 units, exclusive. */
    public int end(int token) {
        return ends[token];
    }

    /**
     * The token ids as a batch, [encodings, longest], filled with 0 behind the shorter ones.
     *
     * @throws IllegalArgumentException if {@code [PAD]} is not token 0 of an encoding's vocabulary
     */
    public static int[][] paddedIds(List<Encoding> encodings) {
        for (Encoding encoding : encodings) {
            // The model takes id 0 for padding; any other token 0 would be masked out without a word.
            if (encoding.vocabulary.paddingId() != 0) {
                throw new IllegalArgumentException("A batch is padded with id 0, but [PAD] is token "
                        + encoding.vocabulary.paddingId() + " of the vocabulary; expected it as the first token");
            }
        }
        return padded(encodings, Encoding::ids);
    }

    /** The segment ids as a batch, [encodings, longest], filled with 0 behind the shorter ones. */
    public static int[][] paddedSegments(List<Encoding> encodings) {
        return padded(encodings, Encoding::segments);
    }

    private static int[][] padded(List<Encoding> encodings, Function<Encoding, int[]> row) {
        int longest = encodings.stream().mapToInt(Encoding::length).max().orElse(0);
        return encodings.stream()
                .map(encoding -> Arrays.copyOf(row.apply(encoding), longest))
                .toArray(int[][]::new);
    }

    private static int room(int maximumLength, int specialTokens) {
        if (maximumLength < specialTokens) {
            throw new IllegalArgumentException("The maximum length must leave room for " + specialTokens
                    + " special tokens; expected at least " + specialTokens + ", got " + maximumLength);
        }
        return maximumLength - specialTokens;
    }

    /** Puts a text's first {@code length} pieces at the position, and {@code [SEP]} behind them. */
    private void put(Pieces text, int position, int length) {
        text.copyTo(ids, starts, ends, position, length);
        int separator = position + length;
        ids[separator] = vocabulary.separatorId();
        starts[separator] = ends[separator] = length == 0 ? 0 : ends[separator - 1];
    }
}
