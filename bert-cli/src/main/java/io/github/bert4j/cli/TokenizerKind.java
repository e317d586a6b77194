package io.github.bert4j.cli;

import io.github.bert4j.tokenize.OurTokenizer;
import io.github.bert4j.tokenize.Tokenizer;
import io.github.bert4j.tokenize.Vocabulary;
import io.github.bert4j.tokenize.WordPieceTokenizer;
import java.util.Locale;

/** The tokenizers, as the command line calls them. */
enum TokenizerKind {
    OUR,
    WORDPIECE;

    Tokenizer of(Vocabulary vocabulary, boolean lowerCase) {
        return switch (this) {
            case OUR -> lowerCase ? OurTokenizer.uncased(vocabulary) : OurTokenizer.cased(vocabulary);
            case WORDPIECE -> lowerCase ? WordPieceTokenizer.uncased(vocabulary) : WordPieceTokenizer.cased(vocabulary);
        };
    }

    /** As it is typed, and shown as a default. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
