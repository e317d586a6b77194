package io.github.bert4j.cli;

import io.github.bert4j.tokenize.Tokenizer;
import io.github.bert4j.tokenize.Vocabulary;
import picocli.CommandLine.Option;

/** The tokenizer that a checkpoint was pre-trained with. */
final class TokenizerOptions {
    @Option(
            names = "--tokenizer",
            paramLabel = "our|wordpiece",
            description = "A token per character, or Google's word pieces.")
    private TokenizerKind tokenizer = TokenizerKind.WORDPIECE;

    @Option(names = "--cased", description = "Leave letters as they are, for checkpoints called \"cased\".")
    private boolean cased;

    Tokenizer of(Vocabulary vocabulary) {
        return tokenizer.of(vocabulary, !cased);
    }
}
