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
    static final Set<String> NAMES = Set.of("--tokenizer", "--cased", "--lower-case", "--markers");

    @Option(
            names = "--tokenizer",
            paramLabel = "our|wordpiece|checkpoint",
            showDefaultValue = Visibility.NEVER,
            description = "A token per character, Google's word pieces, or what the checkpoint's own files describe.")
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

    @Option(
            names = "--markers",
            description = "Take special tokens in texts, such as [MASK], for what they look like; else they are text.")
    private boolean markers;

    /** Whether the checkpoint's own files are to be followed to the letter. */
    boolean isCheckpoints() {
        return kind.equals(Optional.of(TokenizerKind.CHECKPOINT));
    }

    /** Whether there is anything unusual. */
    boolean isGiven() {
        return kind.isPresent() || letters != null || markers;
    }

    /** @param usual where nothing else was chosen */
    Tokenization of(Tokenization usual) {
        Tokenization ofKind =
                kind.map(chosen -> usual.withTokens(chosen.tokens())).orElse(usual);
        Tokenization marked = ofKind.withMarkers(markers || usual.markers());
        return letters == null ? marked : marked.withLowerCase(letters.lowerCase);
    }

    /** For a checkpoint that no task is trained on: by default word pieces. */
    Tokenization of(Path checkpoint) throws IOException {
        return of(Bert.tokenization(checkpoint, Tokens.WORD_PIECES));
    }
}
