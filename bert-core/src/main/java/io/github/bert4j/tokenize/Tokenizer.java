package io.github.bert4j.tokenize;

import java.util.List;

/**
 * Turns text into the ids a BERT model reads: {@code [CLS] text [SEP]} or {@code [CLS] first [SEP] second [SEP]}.
 *
 * <p>Tokenizers are immutable and safe for use by several threads.
 */
public sealed interface Tokenizer permits CheckpointTokenizer, OurTokenizer, WordPieceTokenizer {
    /** The vocabulary whose ids the encodings hold. */
    Vocabulary vocabulary();

    /** Whether letters are lower-cased before they are looked up, as checkpoints called “uncased” need. */
    boolean lowerCases();

    /** Encodes the whole text, however long. */
    default Encoding encode(String text) {
        return encode(text, Integer.MAX_VALUE);
    }

    /**
     * Encodes the text, cut at its end to fit.
     *
     * @param maximumLength the most tokens to return, {@code [CLS]} and {@code [SEP]} included; at least 2
     * @throws IllegalArgumentException if {@code maximumLength} leaves no room for the special tokens
     */
    Encoding encode(String text, int maximumLength);

    /** Encodes both texts whole, however long; the first is segment 0, the second segment 1. */
    default Encoding encode(String first, String second) {
        return encode(first, second, Integer.MAX_VALUE);
    }

    /**
     * Encodes both texts, cut to fit by dropping the last token of whichever is longer (the second if they are equal)
     * until they do, as {@code _truncate_seq_pair} in Google's {@code run_classifier.py} does.
     *
     * @param maximumLength the most tokens to return, {@code [CLS]} and both {@code [SEP]} included; at least 3
     * @throws IllegalArgumentException if {@code maximumLength} leaves no room for the special tokens
     */
    Encoding encode(String first, String second, int maximumLength);

    /** The text's tokens as strings, with {@code [CLS]} and {@code [SEP]}. */
    default List<String> tokenize(String text) {
        return encode(text).tokens();
    }
}
