package io.github.bert4j.tokenize;

import java.util.Objects;

/**
 * One token per code point, so that a label per token is a label per character: token i is character i − 1.
 *
 * <p>A code point in the vocabulary is itself; other white space is {@code [unused1]} (it tells a space from an unknown
 * character; {@code [UNK]} where the vocabulary has no such token), anything else {@code [UNK]}. Nothing is cleaned or
 * joined, so an encoding has exactly the text's code points plus the special tokens, and {@code "[SEP]"} within a text
 * is five characters.
 */
public final class OurTokenizer implements Tokenizer {
    static final String WHITE_SPACE = "[unused1]";

    private final Vocabulary vocabulary;
    private final boolean lowerCases;
    private final int unknownId;
    private final int whiteSpaceId;

    private OurTokenizer(Vocabulary vocabulary, boolean lowerCases) {
        this.vocabulary = vocabulary;
        this.lowerCases = lowerCases;
        this.unknownId = vocabulary.unknownId();
        this.whiteSpaceId = vocabulary.id(WHITE_SPACE).orElse(unknownId);
        vocabulary.classificationId();
        vocabulary.separatorId();
    }

    /**
     * Looks characters up as they are.
     *
     * @throws IllegalArgumentException if the vocabulary lacks {@code [UNK]}, {@code [CLS]} or {@code [SEP]}
     */
    public static OurTokenizer cased(Vocabulary vocabulary) {
        return new OurTokenizer(vocabulary, false);
    }

    /**
     * Lower-cases every code point by itself before looking it up, so that lengths hold; accents stay.
     *
     * @throws IllegalArgumentException if the vocabulary lacks {@code [UNK]}, {@code [CLS]} or {@code [SEP]}
     */
    public static OurTokenizer uncased(Vocabulary vocabulary) {
        return new OurTokenizer(vocabulary, true);
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    @Override
    public boolean lowerCases() {
        return lowerCases;
    }

    @Override
    public Encoding encode(String text, int maximumLength) {
        return Encoding.of(vocabulary, read(text), maximumLength);
    }

    @Override
    public Encoding encode(String first, String second, int maximumLength) {
        return Encoding.of(vocabulary, read(first), read(second), maximumLength);
    }

    private Pieces read(String text) {
        Objects.requireNonNull(text, "The text is null: expected a string, which may be empty");
        var pieces = new Pieces(text.length());
        for (int start = 0, end; start < text.length(); start = end) {
            int codePoint = text.codePointAt(start);
            end = start + Character.charCount(codePoint);
            pieces.add(id(lowerCases ? Character.toLowerCase(codePoint) : codePoint), start, end);
        }
        return pieces;
    }

    private int id(int codePoint) {
        int id = vocabulary.idOfCodePoint(codePoint);
        if (id != Vocabulary.ABSENT) {
            return id;
        }
        return CodePoints.isWhiteSpace(codePoint) ? whiteSpaceId : unknownId;
    }
}
