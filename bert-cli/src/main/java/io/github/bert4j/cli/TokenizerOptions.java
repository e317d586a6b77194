package io.github.bert4j.cli;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.tokenize.Tokenization;
import io.github.bert4j.tokenize.Tokenization.Tokens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** How texts are read, where that is not to be as a task's recipe and a checkpoint's files have it. */
final class TokenizerOptions {
    static final Set<String> NAMES = Set.of("--tokenizer", "--cased", "--lower-case");

    @Option(
            names = "--tokenizer",
            paramLabel = "our|wordpiece",
            showDefaultValue = Visibility.NEVER,
            description = "A token per character, or Google's word pieces.")
    private Optional<TokenizerKind> kind = Optional.empty();

    @ArgGroup
    private Letters letters;

    /** One of the two. */
    private static final class Letters {
        @Option(names = "--cased", description = "Leave letters as they are, for checkpoints called \"cased\".")
        private boolean cased;

        @Option(
                names = "--lower-case",
                description = "Lower-case texts. Default: as the checkpoint's files and vocabulary say.")
        private boolean lowerCase;
    }

    /** Whether there is anything unusual. */
    boolean isGiven() {
        return kind.isPresent() || letters != null;
    }

    /** @param usual where nothing else was chosen */
    Tokenization of(Tokenization usual) {
        Tokenization ofKind =
                kind.map(chosen -> usual.withTokens(chosen.tokens())).orElse(usual);
        return letters == null ? ofKind : ofKind.withLowerCase(letters.lowerCase);
    }

    /** For a checkpoint that no task is trained on: by default word pieces. */
    Tokenization of(Path checkpoint) throws IOException {
        return of(new Tokenization(Tokens.WORD_PIECES, Bert.lowerCases(checkpoint)));
    }
}
