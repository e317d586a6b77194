package io.github.bert4j.bundle;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.bert4j.tokenize.Tokenization;
import io.github.bert4j.tokenize.Tokenization.Tokens;

/** A {@link Tokenization} as files spell it: {@code {"kind": "characters", "lowerCases": true}}. */
record TokenizerSettings(
        @JsonProperty(required = true) Kind kind,
        @JsonProperty(required = true) boolean lowerCases,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean markers) {

    /** What becomes a token. */
    enum Kind {
        @JsonProperty("characters")
        CHARACTERS(Tokens.CHARACTERS),
        @JsonProperty("word_pieces")
        WORD_PIECES(Tokens.WORD_PIECES);

        private final Tokens tokens;

        Kind(Tokens tokens) {
            this.tokens = tokens;
        }
    }

    static TokenizerSettings of(Tokenization tokenization) {
        return new TokenizerSettings(
                tokenization.tokens() == Tokens.CHARACTERS ? Kind.CHARACTERS : Kind.WORD_PIECES,
                tokenization.lowerCase(),
                tokenization.markers());
    }

    Tokenization tokenization() {
        return new Tokenization(kind.tokens, lowerCases, markers);
    }
}
