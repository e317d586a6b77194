package io.github.bert4j.tokenize;

/**
 * How a model reads texts; with a {@link Vocabulary} it is a {@link Tokenizer}.
 *
 * <pre>{@code
 * Tokenizer tokenizer = new Tokenization(Tokens.CHARACTERS, false).of(vocabulary);
 * }</pre>
 *
 * @param tokens what becomes a token
 * @param lowerCase whether letters are lower-cased first, as checkpoints called “uncased” need
 * @param markers whether special tokens in a text, such as {@code [MASK]}, are what they look like; no characters are
 */
public record Tokenization(Tokens tokens, boolean lowerCase, boolean markers) {
    /** Special tokens in a text are text. */
    public Tokenization(Tokens tokens, boolean lowerCase) {
        this(tokens, lowerCase, false);
    }

    /** What becomes a token. */
    public enum Tokens {
        /** Every code point, see {@link OurTokenizer}. */
        CHARACTERS,
        /**
         * The longest pieces of words that the vocabulary has, see {@link WordPieceTokenizer}; or what else a checkpoint's own
         * tokenizer makes, see {@link CheckpointTokenizer}.
         */
        WORD_PIECES
    }

    /** That of a tokenizer. */
    public static Tokenization of(Tokenizer tokenizer) {
        return new Tokenization(
                tokenizer instanceof OurTokenizer ? Tokens.CHARACTERS : Tokens.WORD_PIECES,
                tokenizer.lowerCases(),
                tokenizer instanceof CheckpointTokenizer own && own.recognizesMarkers());
    }

    public Tokenization withTokens(Tokens other) {
        return new Tokenization(other, lowerCase, markers);
    }

    public Tokenization withLowerCase(boolean other) {
        return new Tokenization(tokens, other, markers);
    }

    public Tokenization withMarkers(boolean other) {
        return new Tokenization(tokens, lowerCase, other);
    }

    /** @throws IllegalArgumentException if the vocabulary lacks {@code [UNK]}, {@code [CLS]} or {@code [SEP]} */
    public Tokenizer of(Vocabulary vocabulary) {
        if (markers && tokens == Tokens.CHARACTERS) {
            throw new IllegalArgumentException("Special tokens in a text are no characters: expected word pieces");
        }
        if (markers) {
            return CheckpointTokenizer.wordPieces(vocabulary, lowerCase);
        }
        return switch (tokens) {
            case CHARACTERS -> lowerCase ? OurTokenizer.uncased(vocabulary) : OurTokenizer.cased(vocabulary);
            case WORD_PIECES ->
                lowerCase ? WordPieceTokenizer.uncased(vocabulary) : WordPieceTokenizer.cased(vocabulary);
        };
    }

    /** Such as {@code characters, lower-cased}. */
    @Override
    public String toString() {
        return (tokens == Tokens.CHARACTERS ? "characters" : "word pieces")
                + (lowerCase ? ", lower-cased" : ", cased")
                + (markers ? ", special tokens recognized" : "");
    }
}
