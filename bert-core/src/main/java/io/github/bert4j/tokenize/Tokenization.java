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
 */
public record Tokenization(Tokens tokens, boolean lowerCase) {

    /** What becomes a token. */
    public enum Tokens {
        /** Every code point, see {@link OurTokenizer}. */
        CHARACTERS,
        /** The longest pieces of words that the vocabulary has, see {@link WordPieceTokenizer}. */
        WORD_PIECES
    }

    /** That of a tokenizer. */
    public static Tokenization of(Tokenizer tokenizer) {
        return new Tokenization(
                tokenizer instanceof OurTokenizer ? Tokens.CHARACTERS : Tokens.WORD_PIECES, tokenizer.lowerCases());
    }

    public Tokenization withTokens(Tokens other) {
        return new Tokenization(other, lowerCase);
    }

    public Tokenization withLowerCase(boolean other) {
        return new Tokenization(tokens, other);
    }

    /** @throws IllegalArgumentException if the vocabulary lacks {@code [UNK]}, {@code [CLS]} or {@code [SEP]} */
    public Tokenizer of(Vocabulary vocabulary) {
        return switch (tokens) {
            case CHARACTERS -> lowerCase ? OurTokenizer.uncased(vocabulary) : OurTokenizer.cased(vocabulary);
            case WORD_PIECES ->
                lowerCase ? WordPieceTokenizer.uncased(vocabulary) : WordPieceTokenizer.cased(vocabulary);
        };
    }

    /** Such as {@code characters, lower-cased}. */
    @Override
    public String toString() {
        return (tokens == Tokens.CHARACTERS ? "characters" : "word pieces") + (lowerCase ? ", lower-cased" : ", cased");
    }
}
