package io.github.bert4j.tokenize;

import java.util.Objects;

/**
 * Words cut into the longest pieces the vocabulary holds, exactly as {@code FullTokenizer} in the
 * {@code tokenization.py} of google-research/bert does.
 *
 * <p>Every piece but a word's first is looked up with {@code ##} in front. A word of more than 200 characters, or with a
 * part that no piece matches, is one {@code [UNK]}. {@code "[SEP]"} within a text is split at its brackets and never the
 * special token. Characters newer than the running JDK's Unicode version count as unassigned: neither accent, control
 * character nor punctuation.
 */
public final class WordPieceTokenizer implements Tokenizer {
    /** Google's code has 200, and Hugging Face's 100. */
    private static final int LONGEST_WORD = 200;

    private final Vocabulary vocabulary;
    private final BasicTokenizer basicTokenizer;
    private final WordPieces wordPieces;

    private WordPieceTokenizer(Vocabulary vocabulary, boolean lowerCases, int longestWord) {
        this.vocabulary = vocabulary;
        this.basicTokenizer = new BasicTokenizer(lowerCases);
        this.wordPieces = WordPieces.of(vocabulary, WordPieces.CONTINUATION, vocabulary.unknownId(), longestWord);
        vocabulary.classificationId();
        vocabulary.separatorId();
    }

    /**
     * For checkpoints called “cased”: letters and accents stay as they are.
     *
     * @throws IllegalArgumentException if the vocabulary lacks {@code [UNK]}, {@code [CLS]} or {@code [SEP]}
     */
    public static WordPieceTokenizer cased(Vocabulary vocabulary) {
        return new WordPieceTokenizer(vocabulary, false, LONGEST_WORD);
    }

    /**
     * For checkpoints called “uncased”, and Google's Chinese one: letters are lower-cased and lose their accents.
     *
     * @throws IllegalArgumentException if the vocabulary lacks {@code [UNK]}, {@code [CLS]} or {@code [SEP]}
     */
    public static WordPieceTokenizer uncased(Vocabulary vocabulary) {
        return new WordPieceTokenizer(vocabulary, true, LONGEST_WORD);
    }

    /**
     * The same, but for the length from which on a word is one {@code [UNK]}; Hugging Face's {@code
     * max_input_chars_per_word}.
     *
     * @param characters of the longest word that is cut into pieces
     * @throws IllegalArgumentException if it is not positive
     */
    public WordPieceTokenizer withLongestWord(int characters) {
        if (characters < 1) {
            throw new IllegalArgumentException("Longest word: " + characters + " characters, expected at least 1");
        }
        return new WordPieceTokenizer(vocabulary, lowerCases(), characters);
    }

    /** Characters of the longest word that is cut into pieces: 200 unless told otherwise. */
    public int longestWord() {
        return wordPieces.longestWord();
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    @Override
    public boolean lowerCases() {
        return basicTokenizer.lowerCases();
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
        basicTokenizer.split(text, (word, from, to) -> wordPieces.cut(word, from, to, pieces));
        return pieces;
    }
}
