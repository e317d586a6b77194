package io.github.bert4j.cli;

import io.github.bert4j.tokenize.Tokenization.Tokens;
import java.util.Locale;

/** The tokenizers, as the command line calls them. */
enum TokenizerKind {
    OUR(Tokens.CHARACTERS),
    WORDPIECE(Tokens.WORD_PIECES),
    /** Of whatever kind the checkpoint's own files describe. */
    CHECKPOINT(Tokens.WORD_PIECES);

    private final Tokens tokens;

    TokenizerKind(Tokens tokens) {
        this.tokens = tokens;
    }

    Tokens tokens() {
        return tokens;
    }

    /** As it is typed, and shown as a default. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
