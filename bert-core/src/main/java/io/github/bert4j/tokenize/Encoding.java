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
    /** Of no text, as {@code [CLS]} is. */
    public static final int SPECIAL = -1;

    private final Vocabulary vocabulary;
    private final int[] ids;
    private final int[] segments;
    private final int[] texts;
    private final int[] starts;
    private final int[] ends;
    private final boolean cut;

    private Encoding(Vocabulary vocabulary, int length, boolean cut) {
        this.vocabulary = vocabulary;
        this.ids = new int[length];
        this.segments = new int[length];
        this.texts = new int[length];
        this.starts = new int[length];
        this.ends = new int[length];
        this.cut = cut;
    }

    static Encoding of(Vocabulary vocabulary, Pieces text, int maximumLength) {
        int length = Math.min(text.size(), room(maximumLength, 2));
        var encoding = new Encoding(vocabulary, length + 2, length < text.size());
        encoding.putSpecial(0, vocabulary.classificationId(), 0, 0);
        encoding.put(text, length, 0, 0, 1);
        encoding.putSeparator(length + 1, 0);
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
                vocabulary, firstLength + secondLength + 3, firstLength < first.size() || secondLength < second.size());
        encoding.putSpecial(0, vocabulary.classificationId(), 0, 0);
        encoding.put(first, firstLength, 0, 0, 1);
        encoding.putSeparator(firstLength + 1, 0);
        encoding.put(second, secondLength, 1, 1, firstLength + 2);
        encoding.putSeparator(firstLength + secondLength + 2, 1);
        return encoding;
    }

    /**
     * With special tokens as a template has them, whose ranges are 0 to 0.
     *
     * @param second null where there is one text
     */
    static Encoding of(
            Vocabulary vocabulary, List<Template.Part> template, Pieces first, Pieces second, int maximumLength) {
        int special = (int) template.stream().filter(Template.Part::isToken).count();
        int room = room(maximumLength, special);
        int firstLength = first.size();
        int secondLength = second == null ? 0 : second.size();
        if (firstLength + (long) secondLength > room) { // as Hugging Face's library cuts: first the longer, then both
            boolean firstIsLonger = firstLength > secondLength;
            int shorter = Math.min(firstLength, secondLength);
            int kept = Math.min(shorter, room / 2);
            firstLength = firstIsLonger ? room - kept : kept;
            secondLength = room - firstLength;
        }
        var encoding = new Encoding(
                vocabulary,
                firstLength + secondLength + special,
                firstLength + secondLength < first.size() + (second == null ? 0 : second.size()));
        int at = 0;
        for (Template.Part part : template) {
            if (part.isToken()) {
                encoding.putSpecial(at++, part.id(), part.segment(), 0);
            } else if (part.id() == Template.Part.FIRST) {
                encoding.put(first, firstLength, part.segment(), 0, at);
                at += firstLength;
            } else {
                encoding.put(second, secondLength, part.segment(), 1, at);
                at += secondLength;
            }
        }
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

    /** The segment ids, [length]: those of BERT are 0 up to and including the first {@code [SEP]}, 1 behind it. */
    public int[] segments() {
        return segments.clone();
    }

    /** Which text a token is of: 0 the first, 1 the second, or {@link #SPECIAL}. */
    public int text(int token) {
        return texts[token];
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
     * The same tokens, where no range begins or ends with white space, as those of some tokenizers do; a token of nothing
     * else has an empty one.
     *
     * @param first the text
     * @param second the other one, empty where there is none
     */
    public Encoding withoutSpaces(String first, String second) {
        Encoding trimmed = new Encoding(vocabulary, ids.length, cut);
        System.arraycopy(ids, 0, trimmed.ids, 0, ids.length);
        System.arraycopy(segments, 0, trimmed.segments, 0, ids.length);
        System.arraycopy(texts, 0, trimmed.texts, 0, ids.length);
        for (int i = 0; i < ids.length; i++) {
            String text = texts[i] == 1 ? second : first;
            int start = starts[i];
            int end = ends[i];
            while (start < end && CodePoints.isWhite(text.charAt(start))) {
                start++;
            }
            while (end > start && CodePoints.isWhite(text.charAt(end - 1))) {
                end--;
            }
            trimmed.starts[i] = start;
            trimmed.ends[i] = end;
        }
        return trimmed;
    }

    /**
     * The token ids as a batch, [encodings, longest], filled with padding behind the shorter ones.
     *
     * @throws IllegalArgumentException if the encodings are of vocabularies that differ in the id of padding
     */
    public static int[][] paddedIds(List<Encoding> encodings) {
        int[] padding = encodings.stream()
                .mapToInt(encoding -> encoding.vocabulary.paddingId())
                .distinct()
                .toArray();
        if (padding.length > 1) {
            throw new IllegalArgumentException(
                    "Padding is id %d in one vocabulary and %d in another: expected one vocabulary"
                            .formatted(padding[0], padding[1]));
        }
        return padded(encodings, Encoding::ids, padding.length == 0 ? 0 : padding[0]);
    }

    /** The segment ids as a batch, [encodings, longest], filled with 0 behind the shorter ones. */
    public static int[][] paddedSegments(List<Encoding> encodings) {
        return padded(encodings, Encoding::segments, 0);
    }

    private static int[][] padded(List<Encoding> encodings, Function<Encoding, int[]> row, int padding) {
        int longest = encodings.stream().mapToInt(Encoding::length).max().orElse(0);
        return encodings.stream()
                .map(encoding -> {
                    int[] padded = Arrays.copyOf(row.apply(encoding), longest);
                    Arrays.fill(padded, encoding.length(), longest, padding);
                    return padded;
                })
                .toArray(int[][]::new);
    }

    private static int room(int maximumLength, int specialTokens) {
        if (maximumLength < specialTokens) {
            throw new IllegalArgumentException("The maximum length must leave room for " + specialTokens
                    + " special tokens; expected at least " + specialTokens + ", got " + maximumLength);
        }
        return maximumLength - specialTokens;
    }

    /** Puts a text's first pieces at a position. */
    private void put(Pieces pieces, int length, int segment, int text, int position) {
        pieces.copyTo(ids, starts, ends, position, length);
        Arrays.fill(segments, position, position + length, segment);
        Arrays.fill(texts, position, position + length, text);
    }

    /** A separator's range is empty, and behind that of the token before it. */
    private void putSeparator(int position, int segment) {
        boolean behindText = texts[position - 1] != SPECIAL;
        putSpecial(position, vocabulary.separatorId(), segment, behindText ? ends[position - 1] : 0);
    }

    private void putSpecial(int position, int id, int segment, int place) {
        ids[position] = id;
        segments[position] = segment;
        texts[position] = SPECIAL;
        starts[position] = place;
        ends[position] = place;
    }
}
